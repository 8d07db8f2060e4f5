import java.io.File;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.RDFXMLDocumentFormat;
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLDocumentFormat;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.util.SimpleIRIMapper;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Saves ontologies as Protégé does: opened with what the catalog beside them maps, written under
 * the same name into another folder, with the prefixes they came with.
 *
 * <p>Usage: java -cp OWLAPI Save.java turtle|rdfxml FOLDER FILE...
 */
public class Save {
  public static void main(String[] args) throws Exception {
    for (int i = 2; i < args.length; i++) {
      save(args[0], new File(args[1]), new File(args[i]).getCanonicalFile());
    }
  }

  private static void save(String syntax, File folder, File file) throws Exception {
    OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
    Path home = file.getParentFile().toPath();
    NodeList entries =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(home.resolve("catalog-v001.xml").toFile())
            .getElementsByTagName("uri");
    for (int i = 0; i < entries.getLength(); i++) {
      Element entry = (Element) entries.item(i);
      IRI place = IRI.create(home.resolve(entry.getAttribute("uri")).toFile().getCanonicalFile());
      manager.getIRIMappers().add(new SimpleIRIMapper(IRI.create(entry.getAttribute("name")), place));
    }
    OWLOntology ontology = manager.loadOntologyFromOntologyDocument(file);
    OWLDocumentFormat format =
        syntax.equals("turtle") ? new TurtleDocumentFormat() : new RDFXMLDocumentFormat();
    format
        .asPrefixOWLDocumentFormat()
        .copyPrefixesFrom(manager.getOntologyFormat(ontology).asPrefixOWLDocumentFormat());
    try (OutputStream stream = new FileOutputStream(new File(folder, file.getName()))) {
      ontology.saveOntology(format, stream);
    }
  }
}
