package io.lighter.bench.paths;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PathRulesTest {
  /** The rooms that come near files of containers and images. */
  private static final List<String> ROOMS =
      List.of("overlay", "runtime", "networking", "images", "engine", "orchestrator", "cri");

  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOMS.stream().map(room -> "io.lighter." + room).toList());
  }

  @Test
  void shouldResolvePathsOfContainersInOnePlace() {
    classes().should(PathRules.ofTheBuild()).check(ours);
  }

  @Test
  void shouldExceptClassesThatAreThere() {
    assertThat(ours.stream().map(JavaClass::getName).map(n -> n.substring("io.lighter.".length())))
        .containsAll(PathRules.excepted());
  }

  @Test
  void shouldRefuseAClassThatWalksPaths() {
    JavaClasses bad = new ClassFileImporter().importClasses(WalksPaths.class);

    List<String> refused =
        classes().should(PathRules.ofTheBuild()).evaluate(bad).getFailureReport().getDetails();

    for (String method : List.of("byJava", "byStream", "byOpenat", "byMount", "bySteps")) {
      assertThat(refused).anySatisfy(line -> assertThat(line).contains("WalksPaths." + method));
    }
    assertThat(refused)
        .anySatisfy(line -> assertThat(line).contains("SystemCall.MOUNT"))
        .anySatisfy(line -> assertThat(line).contains("SystemCall.OPENAT"));
  }
}
