import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;

/**
 * Says whether ontologies are consistent, by HermiT.
 *
 * <p>Each line of stdin is the path of another one. Each line of stdout is true or false, the first
 * for FILE.
 *
 * <p>Usage: java -cp HERMIT Consistent.java FILE < PATHS
 */
public class Consistent {
  public static void main(String[] args) throws Exception {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String path = args[0]; path != null; path = lines.readLine()) {
      OWLOntology ontology =
          OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(path));
      System.out.println(new Reasoner(ontology).isConsistent());
    }
  }
}
