package io.lighter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class RequirementsTest {

  @AfterEach
  void forgetProperty() {
    System.clearProperty("LIGHTER_TESTS_REQUIRED");
  }

  @Test
  void shouldSkipWithReasonWhenToolIsMissing() {
    System.setProperty("LIGHTER_TESTS_REQUIRED", "false");
    Events tests = run(NeedsMissingTool.class);

    assertThat(tests.skipped().count()).isEqualTo(1);
    assertThat(tests.skipped().list().getFirst().getPayload())
        .hasValue(
            "needs the program no-such-tool (apt-get install no-such-tool); "
                + "needs the program nor-this (apt-get install of-that-name)");
  }

  @Test
  void shouldFailWhenToolIsMissingAndEverythingIsRequired() {
    System.setProperty("LIGHTER_TESTS_REQUIRED", "true");
    Events tests = run(NeedsMissingTool.class);

    assertThat(tests.skipped().count()).isZero();
    assertThat(tests.failed().count()).isEqualTo(1);
  }

  @Test
  void shouldRunWhenToolIsThere() {
    assertThat(run(NeedsShell.class).succeeded().count()).isEqualTo(1);
  }

  private static Events run(Class<?> testClass) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(testClass))
        .execute()
        .testEvents();
  }

  /** Run by the tests above, not by the build: hence the tag. */
  @Tag("specimen")
  static class NeedsMissingTool {

    @Test
    @RequiresTool("sh")
    @RequiresTool("no-such-tool")
    @RequiresTool(value = "nor-this", debianPackage = "of-that-name")
    void shouldNotRun() {}
  }

  @Tag("specimen")
  static class NeedsShell {

    @Test
    @RequiresTool("sh")
    void shouldRun() {}
  }
}
