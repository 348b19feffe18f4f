package io.lighter.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms, as the root pom draws them, and who may call native code. */
class ArrowsTest {

  private static final String ROOT = "io.lighter.";

  /** The rooms that each room needs itself; what those need it may use too. */
  private static final Map<String, Set<String>> NEEDS =
      Map.ofEntries(
          Map.entry("linux", Set.of()),
          Map.entry("testing", Set.of()),
          Map.entry("cgroups", Set.of("linux")),
          Map.entry("overlay", Set.of("linux")),
          Map.entry("runtime", Set.of("linux", "cgroups", "overlay")),
          Map.entry("networking", Set.of("linux")),
          Map.entry("proxy", Set.of("linux")),
          Map.entry("images", Set.of("runtime", "overlay")),
          Map.entry("engine", Set.of("images", "networking", "proxy", "runtime")),
          Map.entry("orchestrator", Set.of("engine")),
          Map.entry("cri", Set.of("engine")),
          Map.entry("cli", Set.of("engine", "orchestrator", "cri")),
          Map.entry("bench", Set.of("cli")));

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.lighter");
  }

  @Test
  void shouldKnowEveryRoom() {
    assertThat(classes.stream().map(ArrowsTest::room)).isSubsetOf(NEEDS.keySet());
    assertThat(classes.stream().map(ArrowsTest::room)).contains("linux", "runtime", "bench");
  }

  @Test
  void shouldPointDown() {
    classes().should(new DependOnlyOnRoomsBelow()).check(classes);
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void shouldCallNativeCodeFromLinuxOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.lighter.linux..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor).*")
        .check(classes);
  }

  @Test
  void shouldNotUseUnsafe() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("(sun\\.misc|jdk\\.internal\\.misc)\\.Unsafe.*")
        .check(classes);
  }

  @Test
  void shouldKeepInternalPackagesInTheirRoom() {
    classes()
        .should(new LeaveInternalPackagesOfOthersAlone())
        .allowEmptyShould(true)
        .check(classes);
  }

  private static String room(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).split("\\.", 2)[0];
  }

  private static Set<String> below(String room) {
    Set<String> below = new HashSet<>();
    for (String needed : NEEDS.getOrDefault(room, Set.of())) {
      below.add(needed);
      below.addAll(below(needed));
    }
    return below;
  }

  /** Looks at every dependency between two rooms. */
  private abstract static class BetweenRooms extends ArchCondition<JavaClass> {

    BetweenRooms(String description) {
      super(description);
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        boolean ours = target.getPackageName().startsWith(ROOT);
        if (ours && !room(target).equals(room(type)) && !allows(room(type), target)) {
          events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
        }
      }
    }

    abstract boolean allows(String room, JavaClass target);
  }

  private static final class DependOnlyOnRoomsBelow extends BetweenRooms {

    DependOnlyOnRoomsBelow() {
      super("depend only on rooms below their own");
    }

    @Override
    boolean allows(String room, JavaClass target) {
      return below(room).contains(room(target));
    }
  }

  private static final class LeaveInternalPackagesOfOthersAlone extends BetweenRooms {

    LeaveInternalPackagesOfOthersAlone() {
      super("leave the internal packages of other rooms alone");
    }

    @Override
    boolean allows(String room, JavaClass target) {
      return !Set.of(target.getPackageName().split("\\.", -1)).contains("internal");
    }
  }
}
