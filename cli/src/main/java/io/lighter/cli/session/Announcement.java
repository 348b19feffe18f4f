package io.lighter.cli.session;

import io.lighter.cli.images.RunImage;
import io.lighter.cli.options.RunOptions;
import io.lighter.cli.running.ContainerIdentity;
import io.lighter.cli.running.RunningContainer;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.runtime.Container;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.spec.Process;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What others are told of a container that has begun to run.
 *
 * @param identity of the container
 * @param created when its run began
 * @param options with what the image says filled in
 * @param image that it runs, or null
 * @param root of it
 * @param log that is kept of it, or null
 */
record Announcement(
    ContainerIdentity identity,
    Instant created,
    RunOptions options,
    @Nullable RunImage image,
    ContainerRoot root,
    @Nullable SessionLog log) {
  RunningContainer of(Container container, ContainerRuntime runtime) {
    return new RunningContainer(
        identity,
        container.pid(),
        runtime.hasCgroup() ? container.cgroup().path() : null,
        runtime.layerOf(container),
        image == null ? null : image.id(),
        config(),
        created,
        Instant.now(),
        log == null ? null : log.kept());
  }

  private ContainerConfig config() {
    if (root.bundle() != null) {
      return ofBundle(root.bundle().spec().process());
    }
    ContainerConfig before = image == null ? ContainerConfig.EMPTY : image.config().config();
    boolean own = options.unsaid().entrypoint();
    int entrypoint = own ? before.entrypoint().size() : 0;
    List<String> command = options.process().command();
    return before.with(
        draft -> {
          draft.entrypoint = command.subList(0, entrypoint);
          draft.cmd = command.subList(entrypoint, command.size());
          draft.env = settings(options.process().environment());
          draft.workingDir = options.process().workingFolder();
          draft.labels = labels(before);
        });
  }

  private Map<String, String> labels(ContainerConfig before) {
    Map<String, String> labels = new TreeMap<>(before.labels());
    if (options.log() != null) {
      labels.putAll(options.log().labels());
    }
    return labels;
  }

  private static ContainerConfig ofBundle(@Nullable Process process) {
    return process == null
        ? ContainerConfig.EMPTY
        : ContainerConfig.EMPTY.with(
            draft -> {
              draft.cmd = process.args();
              draft.env = settings(process.env());
              draft.workingDir = process.cwd();
            });
  }

  /** An environment may take a variable away by its bare name; in a configuration there is none. */
  private static List<String> settings(List<String> environment) {
    return environment.stream().filter(setting -> setting.indexOf('=') > 0).toList();
  }
}
