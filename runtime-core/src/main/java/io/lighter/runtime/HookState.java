package io.lighter.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** The state of a container as JSON: runtime.md, "State". */
final class HookState {
  private static final JsonFactory JSON = new JsonFactory();

  private HookState() {}

  static String json(Spec spec, HookIdentity identity, String status, int pid) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("ociVersion", spec.ociVersion());
      out.writeStringField("id", identity.id());
      out.writeStringField("status", status);
      if (pid != 0) {
        out.writeNumberField("pid", pid);
      }
      out.writeStringField("bundle", identity.bundle().toString());
      if (!spec.annotations().isEmpty()) {
        out.writeObjectFieldStart("annotations");
        for (Map.Entry<String, String> annotation : spec.annotations().entrySet()) {
          out.writeStringField(annotation.getKey(), annotation.getValue());
        }
        out.writeEndObject();
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }
}
