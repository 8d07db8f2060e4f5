import java.io.File;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.model.parameters.Imports;
import org.semanticweb.owlapi.profiles.Profiles;
import org.semanticweb.owlapi.util.SimpleIRIMapper;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Opens ontologies as Protégé does: the file, and by the catalog beside it whatever it imports.
 * Prints for each the number of ontologies and axioms, then each violation of OWL 2 DL and of OWL 2
 * RL, one a line, and an empty line. An import that the catalog does not map would need the network,
 * and fails.
 *
 * <p>Usage: java -cp OWLAPI Profile.java FILE...
 */
public class Profile {
  public static void main(String[] args) throws Exception {
    for (String name : args) {
      open(new File(name).getCanonicalFile());
      System.out.println();
    }
  }

  private static void open(File file) throws Exception {
    OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
    Path folder = file.getParentFile().toPath();
    NodeList entries =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(folder.resolve("catalog-v001.xml").toFile())
            .getElementsByTagName("uri");
    for (int i = 0; i < entries.getLength(); i++) {
      Element entry = (Element) entries.item(i);
      IRI place = IRI.create(folder.resolve(entry.getAttribute("uri")).toFile().getCanonicalFile());
      manager.getIRIMappers().add(new SimpleIRIMapper(IRI.create(entry.getAttribute("name")), place));
    }
    OWLOntology ontology = manager.loadOntologyFromOntologyDocument(file);
    System.out.println("ontologies " + manager.ontologies().count());
    System.out.println("axioms " + ontology.getAxiomCount(Imports.INCLUDED));
    for (Profiles profile : List.of(Profiles.OWL2_DL, Profiles.OWL2_RL)) {
      profile
          .checkOntology(ontology)
          .getViolations()
          .forEach(violation -> System.out.println(profile + ": " + violation));
    }
  }
}
