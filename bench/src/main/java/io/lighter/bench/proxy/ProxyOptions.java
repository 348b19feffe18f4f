package io.lighter.bench.proxy;

import io.lighter.bench.report.ProxyData;
import io.lighter.bench.report.ProxyData.Part;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the command line asks for.
 *
 * @param page only to write the page again
 * @param rounds how many
 * @param parts what is measured
 * @param sites where
 */
record ProxyOptions(boolean page, int rounds, Set<Part> parts, Set<String> sites) {
  static final String USAGE =
      """
        proxy [--page | [ROUNDS] [--only PART,...] [--at loopback|namespaces]]
                the balancer's two tiers, HAProxy, nginx, nftables and no balancer, 3 rounds (about 20
                minutes; 10 take about 50); writes perf-reports/proxy/. With --only or --at it prints the page
                and writes nothing. Parts: turns, connects, bulk, latency (at a fixed rate), sweep
                (10 to 90 % of each one's capacity), slow (readers), idle (connections), changes (of
                the configuration), kill (of a server)
      """;

  private static final int ROUNDS = 3;
  private static final Set<String> SITES = Set.of(ProxyData.LOOPBACK, ProxyData.NAMESPACES);

  ProxyOptions {
    parts = Set.copyOf(parts);
    sites = Set.copyOf(sites);
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException says which is wrong
   */
  static ProxyOptions parse(List<String> arguments) {
    if (arguments.equals(List.of("--page"))) {
      return new ProxyOptions(true, 0, Set.of(), Set.of());
    }
    int rounds = ROUNDS;
    Set<Part> parts = EnumSet.allOf(Part.class);
    Set<String> sites = SITES;
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String word = rest.remove();
      if (word.equals("--only")) {
        parts = parts(value(rest, word));
      } else if (word.equals("--at")) {
        String site = value(rest, word);
        if (!SITES.contains(site)) {
          throw new IllegalArgumentException("--at: '" + site + "' is not loopback or namespaces");
        }
        sites = Set.of(site);
      } else if (word.matches("[1-9][0-9]?")) {
        rounds = Integer.parseInt(word);
      } else {
        throw new IllegalArgumentException("'" + word + "' is no option and no 1 to 99 rounds");
      }
    }
    return new ProxyOptions(false, rounds, parts, sites);
  }

  private static String value(Deque<String> rest, String option) {
    String value = rest.poll();
    if (value == null) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return value;
  }

  private static Set<Part> parts(String words) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (String word : words.split(",", -1)) {
      parts.add(
          Arrays.stream(Part.values())
              .filter(part -> word(part).equals(word))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--only: no part '%s', there are %s"
                              .formatted(
                                  word,
                                  Arrays.stream(Part.values())
                                      .map(ProxyOptions::word)
                                      .collect(Collectors.joining(", "))))));
    }
    return parts;
  }

  private static String word(Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether everything is measured, and so may be kept. */
  boolean isWhole() {
    return parts.size() == Part.values().length && sites.equals(SITES);
  }
}
