package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.dockerfile.Dockerfile;
import io.lighter.images.dockerfile.DockerfileException;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.dockerfile.WordExpander;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.images.manifest.ImageConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The {@code --change} of commit and import: instructions of a Dockerfile, without a build. */
public final class ConfigChanges {
  private static final char ESCAPE = '\\';

  private ConfigChanges() {}

  /**
   * Applies instructions that change a configuration and no file.
   *
   * @throws ImageException when one cannot be read, or is not of that kind
   */
  public static ContainerConfig apply(ContainerConfig config, List<String> changes) {
    ImageConfig image = new ImageConfig(null, "", Platform.local(), config, List.of(), List.of());
    StageState state = StageState.of(image, Digest.of(new byte[0]));
    MetadataSteps steps =
        new MetadataSteps(
            new BuildArguments(Map.of(), Platform.local(), null), new StepHistory(0L));
    try {
      for (Instruction instruction : Dockerfile.parseTriggers("--change", changes)) {
        boolean allowed =
            switch (instruction) {
              case Instruction.Arg _, Instruction.Shell _, Instruction.Maintainer _ -> false;
              default ->
                  steps.apply(instruction, state, WordExpander.of(ESCAPE, state.variables()));
            };
        if (instruction instanceof Instruction.Workdir workdir) {
          workingFolder(workdir, state);
        } else if (!allowed) {
          String name = instruction.getClass().getSimpleName().toUpperCase(Locale.ROOT);
          throw new ImageException(name + " is not a valid change command");
        }
      }
    } catch (SyntaxException | DockerfileException e) {
      throw new ImageException("--change: " + e.getMessage(), e);
    }
    return state.config();
  }

  private static void workingFolder(Instruction.Workdir workdir, StageState state) {
    String path = WordExpander.of(ESCAPE, state.variables()).word(workdir.path());
    String before = state.config().workingDir();
    String base = before.isEmpty() ? "/" : before;
    String whole = path.startsWith("/") ? path : base + "/" + path;
    state.change(draft -> draft.workingDir = Path.of(whole).normalize().toString());
  }
}
