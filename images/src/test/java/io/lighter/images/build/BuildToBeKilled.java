package io.lighter.images.build;

import java.io.IOException;
import java.nio.file.Path;

/** A process that builds until it is killed. */
final class BuildToBeKilled {
  static final String DOCKERFILE =
      """
      FROM busybox
      RUN echo first > /first
      RUN --mount=type=secret,id=s echo begun; sleep %s; echo second > /second
      """;

  private BuildToBeKilled() {}

  public static void main(String[] arguments) throws IOException {
    BuildFixture fixture = new BuildFixture(Path.of(arguments[0]));
    fixture
        .builder()
        .build(
            fixture
                .request(DOCKERFILE.formatted("1000"))
                .with(r -> r.secrets = java.util.Map.of("s", () -> new byte[] {'s'})),
            java.util.List.of(),
            new Progress() {
              @Override
              public void started(Step step) {}

              @Override
              public void output(Step step, boolean error, String line) {
                System.out.println(line);
              }

              @Override
              public void ended(Step step, Outcome outcome) {}

              @Override
              public void warned(String warning) {}
            });
  }
}
