package io.lighter.cli.running;

import io.lighter.images.Digest;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.runtime.json.JsonWriter;
import io.lighter.runtime.logs.LogCountersFile;
import io.lighter.runtime.logs.LogStatistics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container that runs under a name, as its {@code lighter run} has told it.
 *
 * @param name of it
 * @param id of it
 * @param pid of its first process
 * @param cgroup its path in the tree of cgroups, or null when it has none
 * @param image its id, or null when it runs on a folder or on the host's files
 * @param config what it was started with, as an image has it
 * @param created when its run began
 * @param started when its first process was
 * @param log what is kept of its output, or null for nothing
 */
public record RunningContainer(
    String name,
    String id,
    int pid,
    @Nullable String cgroup,
    @Nullable Digest image,
    ContainerConfig config,
    Instant created,
    Instant started,
    @Nullable KeptLog log) {
  private static final String LAYERS = "containers";
  private static final String COUNTERS = "log-counters";

  /** Where the writable layers of such containers lie, each by the name of its container. */
  public static Path layers(Path stateFolder) {
    return stateFolder.resolve(LAYERS);
  }

  /** Where it is counted what happens to the log of the container of a name. */
  public static Path logCounters(Path stateFolder, String name) {
    return stateFolder.resolve(COUNTERS).resolve(name);
  }

  /** What has become of its log so far; null when none is kept. */
  public @Nullable LogStatistics logStatistics(Path stateFolder) throws IOException {
    return log == null ? null : LogCountersFile.read(logCounters(stateFolder, name));
  }

  static RunningContainer read(String name, Fields fields) {
    String image = fields.string("image");
    Fields log = fields.object("log");
    return new RunningContainer(
        name,
        fields.requiredString("id"),
        (int) fields.requiredNumber("pid"),
        fields.string("cgroup"),
        image == null ? null : Digest.parse(image),
        ContainerConfig.read(fields.requiredObject("config")),
        Instant.parse(fields.requiredString("created")),
        Instant.parse(fields.requiredString("started")),
        log == null ? null : KeptLog.read(log));
  }

  byte[] toBytes() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("pid", pid);
    if (cgroup != null) {
      json.put("cgroup", cgroup);
    }
    if (image != null) {
      json.put("image", image.toString());
    }
    json.put("config", config.toJson());
    json.put("created", created.toString());
    json.put("started", started.toString());
    if (log != null) {
      json.put("log", log.toJson());
    }
    return JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8);
  }
}
