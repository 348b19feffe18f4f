package io.lighter.bench.memory;

import io.lighter.bench.report.MemoryData;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what {@link Inside} has printed. */
final class Facts {
  private Facts() {}

  /**
   * Takes the last of several facts of a name: of limits that is the smallest.
   *
   * @throws IOException when one is missing
   */
  static MemoryData.Subject of(String name, List<String> lines) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    Map<String, Long> kinds = new LinkedHashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 2);
      if (words[0].equals("stat")) {
        String[] pair = words[1].split(" ", 2);
        kinds.put(pair[0], Long.parseLong(pair[1]));
      } else if (words.length == 2) {
        facts.put(words[0], words[1]);
      }
    }
    return new MemoryData.Subject(
        name,
        text(facts, name, "description"),
        number(facts, name, "peak-static"),
        number(facts, name, "peak-dynamic"),
        number(facts, name, "idle"),
        number(facts, name, "limit-static"),
        number(facts, name, "limit-dynamic"),
        kinds);
  }

  private static long number(Map<String, String> facts, String subject, String name)
      throws IOException {
    return Long.parseLong(text(facts, subject, name));
  }

  private static String text(Map<String, String> facts, String subject, String name)
      throws IOException {
    String text = facts.get(name);
    if (text == null) {
      throw new IOException("the test kernel did not say the " + name + " of " + subject);
    }
    return text;
  }
}
