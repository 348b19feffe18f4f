package io.lighter.cli.build;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.Refusal;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.images.ImageSession;
import io.lighter.cli.images.RegistryAccess;
import io.lighter.cli.options.Environment;
import io.lighter.cli.run.StateFolder;
import io.lighter.images.build.BuildRequest;
import io.lighter.images.build.BuildResult;
import io.lighter.images.build.Builder;
import io.lighter.images.build.PulledImages;
import io.lighter.images.dockerfile.LintWarning;
import io.lighter.images.store.ImageStore;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.RuntimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code lighter build}: reads its command line, builds, and reports. */
public final class BuildCommand {
  private static final int FAILED = 1;

  /** What Docker's client exits with when the command line is wrong. */
  private static final int WRONG_USAGE = 125;

  private final ImageSession session;

  /** Prepares a call. */
  public BuildCommand(ImageSession session) {
    this.session = session;
  }

  /**
   * Runs the command.
   *
   * @param arguments what follows {@code build}
   * @return the exit code
   */
  public int run(String... arguments) {
    try {
      Flags flags = Flags.parseInterspersed(BuildFlags.options(), REFUSAL, arguments);
      if (flags.isOn("help", false)) {
        session.out().print(BuildFlags.help());
        return 0;
      }
      return build(flags);
    } catch (UsageException e) {
      session.err().println("lighter build: " + e.getMessage());
      session.err().println();
      session.err().println("See 'lighter build --help'");
      return WRONG_USAGE;
    } catch (IOException | RuntimeException e) {
      // Whatever it is, it names what failed; a stack trace would not help the one who typed.
      session.err().println("ERROR: " + (e.getMessage() == null ? e : e.getMessage()));
      return FAILED;
    }
  }

  private static final Refusal REFUSAL = BuildFlags::refusal;

  private int build(Flags flags) throws IOException {
    BuildOptions options =
        new BuildOptions(flags, session.folder(), new Environment(session.variables()));
    List<OutputFlag> outputs = options.outputs();
    options.check(outputs);
    options.checkNames(outputs);
    ProgressKind kind = ProgressKind.of(flags, session);
    BuildInput input = BuildInput.read(flags, session.folder(), session.in());
    // A command's child shares our memory until its exec, and /proc/PID of it would show ours.
    session.linux().credentials().setDumpable(false);
    ImageStore store = session.store();
    try (BuildDisplay display = kind.open(session);
        PulledImages images =
            new PulledImages(
                store,
                () -> RegistryAccess.open(session),
                event -> display.note(event.id(), event.status()))) {
      BuildRequest request = options.request(input, images::registries);
      Builder builder = new Builder(store, images, this::runtime);
      if (flags.isOn("check", false)) {
        return report(builder.check(request));
      }
      try (Outputs opened = Outputs.open(session, options, outputs, images::registries)) {
        BuildResult result = builder.build(request, options.platforms(), opened.all(), display);
        display.end();
        finish(flags, kind, result, options);
      }
    }
    return 0;
  }

  private ContainerRuntime runtime() {
    Path state = new StateFolder(session.variables(), session.folder()).ofRoot();
    return ContainerRuntime.open(RuntimeConfig.of(state).withDieWithStarter());
  }

  private int report(List<LintWarning> warnings) {
    if (warnings.isEmpty()) {
      session.out().println("Check complete, no warnings found.");
      return 0;
    }
    session.out().println("Check complete, " + count(warnings.size()) + " found!");
    for (LintWarning warning : warnings) {
      session.out().println();
      session.out().println("WARNING: " + warning.rule().title() + " - " + warning.rule().url());
      session.out().println(warning.rule().description());
      session.out().println("line " + warning.range().first() + ": " + warning.message());
    }
    return FAILED;
  }

  private static String count(int warnings) {
    return warnings == 1 ? "1 warning has been" : warnings + " warnings have been";
  }

  private void finish(Flags flags, ProgressKind kind, BuildResult result, BuildOptions options)
      throws IOException {
    String id = result.image() == null ? null : result.image().id().toString();
    if (id != null && kind == ProgressKind.QUIET) {
      session.out().println(id);
    }
    String idFile = flags.last("iidfile");
    if (idFile != null && id != null) {
      Files.writeString(session.folder().resolve(idFile), id);
    }
    String metadataFile = flags.last("metadata-file");
    if (metadataFile != null) {
      Files.writeString(
          session.folder().resolve(metadataFile), Metadata.text(result, options.tags()));
    }
  }
}
