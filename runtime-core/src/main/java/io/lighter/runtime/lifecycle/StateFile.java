package io.lighter.runtime.lifecycle;

import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.runtime.ContainerPlace;
import io.lighter.runtime.json.JsonException;
import io.lighter.runtime.json.JsonReader;
import io.lighter.runtime.json.JsonWriter;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.systemd.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of a container beside its configuration.
 *
 * @param ociVersion of its configuration
 * @param pid of its first process; 0 before there is one
 * @param startTime when that process was born, in the kernel's ticks since boot: with the pid it
 *     names one process for all time, proc_pid_stat(5)
 * @param bundle absolute path of its bundle
 * @param rootfs absolute path of its root
 * @param annotations of its configuration, so that it need not be read for them
 * @param created when
 * @param cgroup absolute path of its cgroup; null when it has none of its own
 * @param keyring whether it has a session keyring of its own, called by its id
 * @param unit of systemd that the cgroup belongs to, or null
 */
record StateFile(
    String ociVersion,
    int pid,
    long startTime,
    Path bundle,
    Path rootfs,
    Map<String, String> annotations,
    Instant created,
    @Nullable String cgroup,
    boolean keyring,
    @Nullable String unit) {
  StateFile {
    annotations = Map.copyOf(annotations);
  }

  /**
   * What is known before there is a process.
   *
   * @param scope of systemd that the cgroup belongs to, or null
   */
  static StateFile before(
      Bundle bundle, @Nullable String cgroup, boolean keyring, @Nullable Scope scope) {
    return new StateFile(
        bundle.spec().ociVersion(),
        0,
        0,
        bundle.directory(),
        bundle.rootfs(),
        bundle.spec().annotations(),
        Instant.now(),
        cgroup,
        keyring,
        scope == null ? null : scope.name().unit());
  }

  /** The same once there is a first process. */
  StateFile withProcess(int number, long bornAt) {
    return new StateFile(
        ociVersion, number, bornAt, bundle, rootfs, annotations, created, cgroup, keyring, unit);
  }

  /** Where the container lives whose state in {@code folder} this is. */
  ContainerPlace place(String id, Path folder) {
    return new ContainerPlace(id, bundle, folder, cgroup);
  }

  /** Opens the first process; null when that has ended. */
  @Nullable PidFd openProcess(Linux linux) {
    PidFd process = linux.processes().pidfdOpen(pid);
    // Asked after the opening: then the descriptor is of the process that was asked for.
    if (process != null && ProcessTime.of(pid) != startTime) {
      process.close();
      return null;
    }
    return process;
  }

  /** Replaces the file, durably: what a crash leaves is the old one or the new one, whole. */
  void write(Path file) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ociVersion", ociVersion);
    fields.put("pid", pid);
    fields.put("startTime", startTime);
    fields.put("bundle", bundle.toString());
    fields.put("rootfs", rootfs.toString());
    fields.put("created", created.toString());
    fields.put("cgroup", cgroup);
    fields.put("keyring", keyring);
    if (unit != null) {
      fields.put("unit", unit);
    }
    fields.put("annotations", annotations);
    DurableFile.replace(file, JsonWriter.compact(fields));
  }

  /**
   * Reads the file.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws IOException when it is not one of ours
   */
  static StateFile read(Path file) throws IOException {
    try {
      if (!(JsonReader.read(Files.readAllBytes(file)) instanceof Map<?, ?> fields)) {
        throw new IOException(file + " is not the state of a container");
      }
      Map<String, String> annotations = new LinkedHashMap<>();
      if (fields.get("annotations") instanceof Map<?, ?> map) {
        map.forEach((key, value) -> annotations.put(String.valueOf(key), String.valueOf(value)));
      }
      return new StateFile(
          field(fields, "ociVersion"),
          Integer.parseInt(field(fields, "pid")),
          Long.parseLong(field(fields, "startTime")),
          Path.of(field(fields, "bundle")),
          Path.of(field(fields, "rootfs")),
          annotations,
          Instant.parse(field(fields, "created")),
          fields.get("cgroup") instanceof String cgroup ? cgroup : null,
          Boolean.parseBoolean(field(fields, "keyring")),
          fields.get("unit") instanceof String unit ? unit : null);
    } catch (JsonException | DateTimeException | NumberFormatException e) {
      throw new IOException(file + " is not the state of a container: " + e.getMessage(), e);
    }
  }

  private static String field(Map<?, ?> fields, String name) throws IOException {
    Object value = fields.get(name);
    if (value == null) {
      throw new IOException("the state of a container has no " + name);
    }
    return value.toString();
  }
}
