import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.AxiomType;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLClassExpression;
import org.semanticweb.owlapi.model.OWLDataFactory;
import org.semanticweb.owlapi.model.OWLDataPropertyDomainAxiom;
import org.semanticweb.owlapi.model.OWLDataPropertyRangeAxiom;
import org.semanticweb.owlapi.model.OWLDisjointClassesAxiom;
import org.semanticweb.owlapi.model.OWLLiteral;
import org.semanticweb.owlapi.model.OWLObjectPropertyDomainAxiom;
import org.semanticweb.owlapi.model.OWLObjectPropertyRangeAxiom;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;

/**
 * Tries to break each disjointness, domain and range of an ontology, one at a time, with HermiT.
 *
 * <p>A probe is a class that has a member only if the axiom is broken: {@code A and B} for
 * disjoint classes, {@code E and p some Thing} for a domain D of p and a class E disjoint with D.
 * Prints a line for each axiom: its kind, its two terms, what HermiT says, and the probe, separated
 * by tabs. What HermiT says is one of
 *
 * <ul>
 *   <li>{@code alone}: the probe is impossible, and possible once this axiom is taken out
 *   <li>{@code with others}: it is impossible, and stays so by other axioms
 *   <li>{@code follows}: so do the other axioms say the same as this one
 *   <li>{@code no probe}: no class is disjoint with the domain or range, so that nothing breaks it
 *   <li>{@code unseen}: there is a probe, and HermiT finds it possible: the axiom does nothing
 * </ul>
 *
 * <p>Usage: java -cp HERMIT Break.java FILE
 */
public class Break {
  private static final OWLDataFactory FACTORY = OWLManager.getOWLDataFactory();
  private static final OWLOntologyManager MANAGER = OWLManager.createOWLOntologyManager();
  private static final List<OWLLiteral> LITERALS =
      List.of(
          FACTORY.getOWLLiteral("a text"),
          FACTORY.getOWLLiteral(-1),
          FACTORY.getOWLLiteral(true));

  public static void main(String[] args) throws Exception {
    OWLOntology whole = MANAGER.loadOntologyFromOntologyDocument(new File(args[0]));
    splitDisjointness(whole);
    OWLOntology classes = MANAGER.createOntology();
    for (OWLAxiom axiom : whole.getLogicalAxioms()) {
      if (axiom.getObjectPropertiesInSignature().isEmpty()
          && axiom.getDataPropertiesInSignature().isEmpty()) {
        MANAGER.addAxiom(classes, axiom);
      }
    }
    Reasoner full = new Reasoner(whole);
    Map<OWLClass, List<OWLClass>> strangers = strangers(full, whole);
    for (OWLDisjointClassesAxiom axiom : whole.getAxioms(AxiomType.DISJOINT_CLASSES)) {
      List<OWLClassExpression> pair = axiom.getClassExpressionsAsList();
      OWLClassExpression probe = FACTORY.getOWLObjectIntersectionOf(pair.get(0), pair.get(1));
      report("disjoint", pair.get(0), pair.get(1), axiom, List.of(probe), full, classes);
    }
    for (OWLObjectPropertyDomainAxiom axiom : whole.getAxioms(AxiomType.OBJECT_PROPERTY_DOMAIN)) {
      List<OWLClassExpression> probes = new ArrayList<>();
      OWLClassExpression has =
          FACTORY.getOWLObjectSomeValuesFrom(axiom.getProperty(), FACTORY.getOWLThing());
      for (OWLClass stranger : strangers.get(axiom.getDomain())) {
        probes.add(FACTORY.getOWLObjectIntersectionOf(stranger, has));
      }
      report("domain", axiom.getProperty(), axiom.getDomain(), axiom, probes, full, whole);
    }
    for (OWLDataPropertyDomainAxiom axiom : whole.getAxioms(AxiomType.DATA_PROPERTY_DOMAIN)) {
      List<OWLClassExpression> probes = new ArrayList<>();
      OWLClassExpression has =
          FACTORY.getOWLDataSomeValuesFrom(axiom.getProperty(), FACTORY.getTopDatatype());
      for (OWLClass stranger : strangers.get(axiom.getDomain())) {
        probes.add(FACTORY.getOWLObjectIntersectionOf(stranger, has));
      }
      report("domain", axiom.getProperty(), axiom.getDomain(), axiom, probes, full, whole);
    }
    for (OWLObjectPropertyRangeAxiom axiom : whole.getAxioms(AxiomType.OBJECT_PROPERTY_RANGE)) {
      List<OWLClassExpression> probes = new ArrayList<>();
      for (OWLClass stranger : strangers.get(axiom.getRange())) {
        probes.add(FACTORY.getOWLObjectSomeValuesFrom(axiom.getProperty(), stranger));
      }
      report("range", axiom.getProperty(), axiom.getRange(), axiom, probes, full, whole);
    }
    for (OWLDataPropertyRangeAxiom axiom : whole.getAxioms(AxiomType.DATA_PROPERTY_RANGE)) {
      List<OWLClassExpression> probes = new ArrayList<>();
      for (OWLLiteral literal : LITERALS) {
        if (!literal.getDatatype().equals(axiom.getRange())) {
          probes.add(FACTORY.getOWLDataHasValue(axiom.getProperty(), literal));
        }
      }
      report("range", axiom.getProperty(), axiom.getRange(), axiom, probes, full, whole);
    }
  }

  /** Puts an axiom for each pair in place of those for many classes. */
  private static void splitDisjointness(OWLOntology ontology) {
    for (OWLDisjointClassesAxiom axiom : ontology.getAxioms(AxiomType.DISJOINT_CLASSES)) {
      List<OWLClassExpression> members = axiom.getClassExpressionsAsList();
      MANAGER.removeAxiom(ontology, axiom);
      for (int i = 0; i < members.size(); i++) {
        for (OWLClassExpression other : members.subList(i + 1, members.size())) {
          MANAGER.addAxiom(
              ontology, FACTORY.getOWLDisjointClassesAxiom(members.get(i), other));
        }
      }
    }
  }

  /** Returns for each named class those that share no member with it. */
  private static Map<OWLClass, List<OWLClass>> strangers(Reasoner full, OWLOntology ontology) {
    Map<OWLClass, List<OWLClass>> found = new LinkedHashMap<>();
    TreeSet<OWLClass> named = new TreeSet<>(ontology.getClassesInSignature());
    for (OWLClass one : named) {
      List<OWLClass> strangers = new ArrayList<>();
      for (OWLClass other : named) {
        if (!full.isSatisfiable(FACTORY.getOWLObjectIntersectionOf(one, other))) {
          strangers.add(other);
        }
      }
      found.put(one, strangers);
    }
    return found;
  }

  private static void report(
      String kind,
      Object one,
      Object other,
      OWLAxiom axiom,
      List<OWLClassExpression> probes,
      Reasoner full,
      OWLOntology within) {
    String found = "no probe";
    OWLClassExpression shown = null;
    if (!probes.isEmpty()) {
      found = "with others";
      shown = probes.get(0);
      for (OWLClassExpression probe : probes) {
        if (full.isSatisfiable(probe)) {
          found = "unseen";
          shown = probe;
        }
      }
    }
    if (found.equals("with others")) {
      MANAGER.removeAxiom(within, axiom);
      Reasoner without = new Reasoner(within);
      for (OWLClassExpression probe : probes) {
        if (without.isSatisfiable(probe)) {
          found = "alone";
          shown = probe;
          break;
        }
      }
      if (found.equals("with others") && without.isEntailed(axiom)) {
        found = "follows";
      }
      without.dispose();
      MANAGER.addAxiom(within, axiom);
    }
    System.out.println(String.join("\t", kind, name(one), name(other), found, name(shown)));
  }

  private static String name(Object object) {
    String name = object == null ? "" : object.toString();
    return name.replaceAll("[<>]", "").replaceAll("\\bxsd:", "http://www.w3.org/2001/XMLSchema#");
  }
}
