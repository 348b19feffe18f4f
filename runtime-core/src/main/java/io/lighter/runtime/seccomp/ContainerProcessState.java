package io.lighter.runtime.seccomp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is told with the listener of a filter: config-linux.md, "The Container Process
 * State".
 *
 * @param ociVersion of the specification
 * @param pid of the filtered process as the runtime sees it
 * @param metadata {@code linux.seccomp.listenerMetadata}
 * @param state the container's state as JSON: runtime.md, "State"
 */
public record ContainerProcessState(
    String ociVersion, int pid, @Nullable String metadata, String state) {
  private static final JsonFactory JSON = new JsonFactory();

  /** The name by which an agent finds the listener among the descriptors. */
  private static final String LISTENER = "seccompFd";

  /** Returns the JSON text; the first descriptor that goes with it is the listener. */
  String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("ociVersion", ociVersion);
      out.writeArrayFieldStart("fds");
      out.writeString(LISTENER);
      out.writeEndArray();
      out.writeNumberField("pid", pid);
      if (metadata != null) {
        out.writeStringField("metadata", metadata);
      }
      out.writeFieldName("state");
      out.writeRawValue(state);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }
}
