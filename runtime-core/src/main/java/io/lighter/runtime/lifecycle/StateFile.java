package io.lighter.runtime.lifecycle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

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
 * @param owner user id of its creator
 * @param cgroup absolute path of its cgroup
 * @param keyring whether it has a session keyring of its own, called by its id
 */
record StateFile(
    String ociVersion,
    int pid,
    long startTime,
    Path bundle,
    Path rootfs,
    Map<String, String> annotations,
    Instant created,
    long owner,
    String cgroup,
    boolean keyring) {
  private static final JsonFactory JSON = new JsonFactory();

  StateFile {
    annotations = Map.copyOf(annotations);
  }

  /** The same once there is a first process. */
  StateFile withProcess(int number, long bornAt) {
    return new StateFile(
        ociVersion, number, bornAt, bundle, rootfs, annotations, created, owner, cgroup, keyring);
  }

  /** Replaces the file, durably: what a crash leaves is the old one or the new one, whole. */
  void write(Path file) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("ociVersion", ociVersion);
      out.writeNumberField("pid", pid);
      out.writeNumberField("startTime", startTime);
      out.writeStringField("bundle", bundle.toString());
      out.writeStringField("rootfs", rootfs.toString());
      out.writeStringField("created", created.toString());
      out.writeNumberField("owner", owner);
      out.writeStringField("cgroup", cgroup);
      out.writeBooleanField("keyring", keyring);
      out.writeObjectFieldStart("annotations");
      for (Map.Entry<String, String> annotation : annotations.entrySet()) {
        out.writeStringField(annotation.getKey(), annotation.getValue());
      }
      out.writeEndObject();
      out.writeEndObject();
    }
    DurableFile.replace(file, text.toString());
  }

  /**
   * Reads the file.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws IOException when it is not one of ours
   */
  static StateFile read(Path file) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    Map<String, String> annotations = new LinkedHashMap<>();
    try (JsonParser in = JSON.createParser(Files.readString(file))) {
      while (in.nextToken() != null) {
        if (in.currentToken().isScalarValue()) {
          boolean inside = in.getParsingContext().getParent().getCurrentName() != null;
          (inside ? annotations : fields).put(in.currentName(), in.getText());
        } else if (in.currentToken() == JsonToken.START_ARRAY) {
          throw new IOException(file + " is not the state of a container");
        }
      }
      return new StateFile(
          field(fields, "ociVersion"),
          Integer.parseInt(field(fields, "pid")),
          Long.parseLong(field(fields, "startTime")),
          Path.of(field(fields, "bundle")),
          Path.of(field(fields, "rootfs")),
          annotations,
          Instant.parse(field(fields, "created")),
          Long.parseLong(field(fields, "owner")),
          field(fields, "cgroup"),
          Boolean.parseBoolean(field(fields, "keyring")));
    } catch (DateTimeException | NumberFormatException e) {
      throw new IOException(file + " is not the state of a container: " + e.getMessage(), e);
    }
  }

  private static String field(Map<String, String> fields, String name) throws IOException {
    String value = fields.get(name);
    if (value == null) {
      throw new IOException("the state of a container has no " + name);
    }
    return value;
  }
}
