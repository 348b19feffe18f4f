package io.lighter.cli.running;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code lighter inspect} shows of a container: of {@code GET /containers/NAME/json} of the
 * Docker Engine API 1.50 what is known of a run in the foreground, with its names and forms, and
 * {@code LogStatistics}, which Docker has nothing like.
 */
public final class ContainerInspection {
  /** How Docker writes a time that has not come. */
  private static final String NEVER = "0001-01-01T00:00:00Z";

  /** What Docker has for a container whose output nobody keeps. */
  private static final KeptLog NO_LOG = new KeptLog("none", Map.of(), "");

  private ContainerInspection() {}

  /** Returns the document as plain values, see {@link io.lighter.runtime.json}. */
  public static Map<String, Object> of(Linux linux, Path stateFolder, RunningContainer container)
      throws IOException {
    List<String> command = new ArrayList<>(container.config().entrypoint());
    command.addAll(container.config().cmd());
    KeptLog log = container.log() == null ? NO_LOG : container.log();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("Id", container.id());
    json.put("Created", container.created().toString());
    json.put("Path", command.isEmpty() ? "" : command.getFirst());
    json.put("Args", command.isEmpty() ? List.of() : command.subList(1, command.size()));
    json.put("State", state(container, isPaused(linux, container.cgroup())));
    json.put("Image", container.image() == null ? "" : container.image().toString());
    json.put("LogPath", log.path());
    json.put("Name", "/" + container.name());
    json.put("RestartCount", 0);
    json.put("Driver", "overlay");
    json.put("Platform", "linux");
    json.put("HostConfig", hostConfig(log));
    json.put("Config", container.config().toJson());
    LogStatistics statistics = container.logStatistics(stateFolder);
    if (statistics != null) {
      json.put("LogStatistics", statistics.fields());
    }
    return json;
  }

  private static boolean isPaused(Linux linux, @Nullable String path) {
    if (path == null) {
      return false;
    }
    try (Cgroup cgroup = CgroupTree.locate(linux).openIfExists(path)) {
      return cgroup != null && cgroup.frozen();
    }
  }

  private static Map<String, Object> state(RunningContainer container, boolean paused) {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("Status", paused ? "paused" : "running");
    state.put("Running", true);
    state.put("Paused", paused);
    state.put("Restarting", false);
    state.put("OOMKilled", false);
    state.put("Dead", false);
    state.put("Pid", container.pid());
    state.put("ExitCode", 0);
    state.put("Error", "");
    state.put("StartedAt", container.started().toString());
    state.put("FinishedAt", NEVER);
    return state;
  }

  private static Map<String, Object> hostConfig(KeptLog log) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("LogConfig", Map.of("Type", log.driver(), "Config", new TreeMap<>(log.options())));
    config.put("RestartPolicy", Map.of("Name", "no", "MaximumRetryCount", 0));
    config.put("AutoRemove", true);
    return config;
  }
}
