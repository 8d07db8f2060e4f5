import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLDataFactory;
import org.semanticweb.owlapi.model.OWLDataProperty;
import org.semanticweb.owlapi.model.OWLDatatype;
import org.semanticweb.owlapi.model.OWLNamedIndividual;
import org.semanticweb.owlapi.model.OWLObjectProperty;

/**
 * Answers whether axioms follow from an ontology, by HermiT.
 *
 * <p>Each line of stdin is an axiom: its kind and the IRIs of its parts, separated by tabs. Each
 * line of stdout is true or false. The first line of stdout says whether the ontology is consistent.
 *
 * <p>Usage: java -cp HERMIT Ask.java FILE < AXIOMS
 */
public class Ask {
  private static final OWLDataFactory FACTORY = OWLManager.getOWLDataFactory();

  public static void main(String[] args) throws Exception {
    Reasoner reasoner =
        new Reasoner(
            OWLManager.createOWLOntologyManager()
                .loadOntologyFromOntologyDocument(new File(args[0])));
    System.out.println(reasoner.isConsistent());
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(reasoner.isEntailed(axiom(line.split("\t"))));
    }
  }

  private static OWLAxiom axiom(String[] parts) {
    switch (parts[0]) {
      case "a":
        return FACTORY.getOWLClassAssertionAxiom(type(parts[2]), thing(parts[1]));
      case "value":
        return FACTORY.getOWLObjectPropertyAssertionAxiom(
            property(parts[2]), thing(parts[1]), thing(parts[3]));
      case "text":
        return FACTORY.getOWLDataPropertyAssertionAxiom(
            data(parts[2]), thing(parts[1]), FACTORY.getOWLLiteral(parts[3]));
      case "any-text":
        OWLDatatype string = FACTORY.getOWLDatatype(IRI.create(parts[3]));
        return FACTORY.getOWLClassAssertionAxiom(
            FACTORY.getOWLDataSomeValuesFrom(data(parts[2]), string), thing(parts[1]));
      case "same":
        return FACTORY.getOWLSameIndividualAxiom(thing(parts[1]), thing(parts[2]));
      case "different":
        return FACTORY.getOWLDifferentIndividualsAxiom(thing(parts[1]), thing(parts[2]));
      case "subclass":
        return FACTORY.getOWLSubClassOfAxiom(type(parts[1]), type(parts[2]));
      case "disjoint":
        return FACTORY.getOWLDisjointClassesAxiom(type(parts[1]), type(parts[2]));
      case "subproperty":
        return FACTORY.getOWLSubObjectPropertyOfAxiom(property(parts[1]), property(parts[2]));
      default:
        throw new IllegalArgumentException(parts[0]);
    }
  }

  private static OWLClass type(String iri) {
    return FACTORY.getOWLClass(IRI.create(iri));
  }

  private static OWLNamedIndividual thing(String iri) {
    return FACTORY.getOWLNamedIndividual(IRI.create(iri));
  }

  private static OWLObjectProperty property(String iri) {
    return FACTORY.getOWLObjectProperty(IRI.create(iri));
  }

  private static OWLDataProperty data(String iri) {
    return FACTORY.getOWLDataProperty(IRI.create(iri));
  }
}
