package io.lighter.images.registry.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a registry asks for in {@code WWW-Authenticate}.
 *
 * @param scheme in small letters: {@code bearer}, {@code basic}
 * @param parameters by name in small letters
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, 11.6.1</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PART =
      Pattern.compile(
          "\\s*,?\\s*(?:([\\w-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))|([\\w-]+))");

  /** Reads headers, each of which may hold several challenges. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> all = new ArrayList<>();
    for (String header : headers) {
      Matcher part = PART.matcher(header);
      int end = 0;
      while (part.find() && part.start() == end) {
        end = part.end();
        if (part.group(4) != null) {
          all.add(new Challenge(part.group(4).toLowerCase(Locale.ROOT), new LinkedHashMap<>()));
        } else if (!all.isEmpty()) {
          String quoted = part.group(2);
          all.getLast()
              .parameters
              .put(
                  part.group(1).toLowerCase(Locale.ROOT),
                  quoted == null ? part.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
        }
      }
    }
    return all;
  }

  /** Returns the first of a scheme, or null. */
  static @Nullable Challenge find(List<Challenge> challenges, String scheme) {
    return challenges.stream().filter(one -> one.scheme.equals(scheme)).findFirst().orElse(null);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
