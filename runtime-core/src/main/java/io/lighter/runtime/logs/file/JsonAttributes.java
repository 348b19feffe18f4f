package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/** The JSON object of a container's labels and variables, as Go's encoding/json writes a map. */
final class JsonAttributes {
  private JsonAttributes() {}

  /** Returns its bytes, the names in their order; none at all when there are no attributes. */
  static byte[] encode(Map<String, String> attributes) {
    if (attributes.isEmpty()) {
      return new byte[0];
    }
    StringJoiner object = new StringJoiner(",", "{", "}");
    new TreeMap<>(attributes)
        .forEach((name, value) -> object.add(string(name) + ":" + string(value)));
    return object.toString().getBytes(UTF_8);
  }

  /** A tab is the one character of which Go has a short form here and moby's own writer has not. */
  private static String string(String text) {
    StringJoiner string = new StringJoiner("\\t", "\"", "\"");
    for (String part : text.split("\t", -1)) {
      string.add(escaped(part.getBytes(UTF_8)));
    }
    return string.toString();
  }

  private static String escaped(byte[] bytes) {
    byte[] target = new byte[bytes.length * JsonText.GROWTH + Long.BYTES];
    int end = JsonText.put(new UnsafeBuffer(target), 0, new UnsafeBuffer(bytes), 0, bytes.length);
    return new String(target, 0, end, UTF_8);
  }
}
