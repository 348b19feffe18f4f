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
 * A container that runs, as its {@code lighter run} has told it.
 *
 * @param identity how it is called
 * @param pid of its first process
 * @param cgroup its path in the tree of cgroups, or null when it has none
 * @param layer the folder of its writable layer while it runs, or null when it has none of its own
 * @param image its id, or null when it runs on a folder or on the host's files
 * @param config what it was started with, as an image has it
 * @param created when its run began
 * @param started when its first process was
 * @param log what is kept of its output, or null for nothing
 */
public record RunningContainer(
    ContainerIdentity identity,
    int pid,
    @Nullable String cgroup,
    @Nullable Path layer,
    @Nullable Digest image,
    ContainerConfig config,
    Instant created,
    Instant started,
    @Nullable KeptLog log) {
  private static final long NANOS_IN_SECOND = 1_000_000_000;

  /** At the end of an entry: whoever looks while it is written finds none. */
  private static final String END = "\n";

  private static final String COUNTERS = "log-counters";

  /** Returns how it is shown. */
  public String name() {
    return identity.name();
  }

  /** Returns its id, all of it. */
  public String id() {
    return identity.id();
  }

  /** Where it is counted what happens to the log of a container. */
  public static Path logCounters(Path stateFolder, ContainerIdentity identity) {
    return logCounters(stateFolder, identity.fileName());
  }

  static Path logCounters(Path stateFolder, String fileName) {
    return stateFolder.resolve(COUNTERS).resolve(fileName);
  }

  /** What has become of its log so far; null when none is kept. */
  public @Nullable LogStatistics logStatistics(Path stateFolder) throws IOException {
    return log == null ? null : LogCountersFile.read(logCounters(stateFolder, identity));
  }

  /**
   * Reads an entry.
   *
   * @return null when it is not all there yet
   */
  static @Nullable RunningContainer read(Path file, byte[] content) {
    if (content.length == 0 || content[content.length - 1] != END.charAt(0)) {
      return null;
    }
    Fields fields = Fields.read("the container of " + file, content);
    String image = fields.string("image");
    String layer = fields.string("layer");
    Fields log = fields.object("log");
    return new RunningContainer(
        ContainerIdentity.of(String.valueOf(file.getFileName()), fields.requiredString("id")),
        (int) fields.requiredNumber("pid"),
        fields.string("cgroup"),
        layer == null ? null : Path.of(layer),
        image == null ? null : Digest.parse(image),
        ContainerConfig.read(fields.requiredObject("config")),
        time(fields.requiredNumber("created")),
        time(fields.requiredNumber("started")),
        log == null ? null : KeptLog.read(log));
  }

  byte[] toBytes() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id());
    json.put("pid", pid);
    if (cgroup != null) {
      json.put("cgroup", cgroup);
    }
    if (layer != null) {
      json.put("layer", layer.toString());
    }
    if (image != null) {
      json.put("image", image.toString());
    }
    json.put("config", config.toJson());
    json.put("created", nanos(created));
    json.put("started", nanos(started));
    if (log != null) {
      json.put("log", log.toJson());
    }
    return JsonWriter.compact(json).concat(END).getBytes(StandardCharsets.UTF_8);
  }

  /** As a number, since the first text of a time in a process takes longer than all of the rest. */
  private static long nanos(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), NANOS_IN_SECOND), time.getNano());
  }

  private static Instant time(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}
