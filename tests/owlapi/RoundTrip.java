import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.FunctionalSyntaxDocumentFormat;
import org.semanticweb.owlapi.formats.OWLXMLDocumentFormat;
import org.semanticweb.owlapi.formats.RDFXMLDocumentFormat;
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLDocumentFormat;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;

/**
 * Loads an ontology that imports nothing, saves and loads it in each syntax, and prints for each
 * the syntax, the number of axioms, and how many of them were lost and gained.
 *
 * <p>Usage: java -cp OWLAPI RoundTrip.java FILE
 */
public class RoundTrip {
  public static void main(String[] args) throws Exception {
    OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
    OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(args[0]));
    Map<String, OWLDocumentFormat> formats = new LinkedHashMap<>();
    formats.put("rdfxml", new RDFXMLDocumentFormat());
    formats.put("owlxml", new OWLXMLDocumentFormat());
    formats.put("functional", new FunctionalSyntaxDocumentFormat());
    formats.put("turtle", new TurtleDocumentFormat());
    Set<OWLAxiom> before = ontology.axioms().collect(Collectors.toSet());
    for (Map.Entry<String, OWLDocumentFormat> entry : formats.entrySet()) {
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      ontology.saveOntology(entry.getValue(), stream);
      OWLOntology again =
          OWLManager.createOWLOntologyManager()
              .loadOntologyFromOntologyDocument(new ByteArrayInputStream(stream.toByteArray()));
      Set<OWLAxiom> after = again.axioms().collect(Collectors.toSet());
      long lost = before.stream().filter(axiom -> !after.contains(axiom)).count();
      long gained = after.stream().filter(axiom -> !before.contains(axiom)).count();
      System.out.println(entry.getKey() + " " + before.size() + " " + lost + " " + gained);
    }
  }
}
