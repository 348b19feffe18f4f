package io.lighter.bench.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a container sees of itself, so that it can be shown that all subjects make the same one.
 *
 * @param facts by name, such as {@code mount /proc} and {@code CapBnd}
 */
public record ContainerView(Map<String, String> facts) {

  /** Prints everything that {@link #parse} reads. */
  static final List<String> COMMAND =
      List.of(
          "/bin/cat",
          "/proc/self/mountinfo",
          "/proc/self/status",
          "/proc/sys/kernel/hostname",
          "/proc/self/net/dev");

  private static final Set<String> STATUS =
      Set.of(
          "Uid:",
          "Gid:",
          "CapInh:",
          "CapPrm:",
          "CapEff:",
          "CapBnd:",
          "CapAmb:",
          "NoNewPrivs:",
          "Seccomp:",
          "Pid:");
  private static final Set<String> FLAGS = Set.of("ro", "nosuid", "nodev", "noexec");

  public ContainerView {
    facts = Map.copyOf(facts);
  }

  /**
   * @param text what {@link #COMMAND} printed
   * @param hidden paths that are masked: they only have to be covered, each runtime by its own
   *     means
   */
  static ContainerView parse(String text, Set<String> hidden) {
    Map<String, String> facts = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (line.contains(" - ") && words.length >= 10) {
        facts.put("mount " + words[4], hidden.contains(words[4]) ? "masked" : mount(words));
      } else if (STATUS.contains(words[0])) {
        facts.put(
            words[0].substring(0, words[0].length() - 1),
            Stream.of(words).skip(1).collect(Collectors.joining(" ")));
      } else if (words.length == 1 && !words[0].isEmpty()) {
        facts.put("hostname", words[0]);
      } else if (words[0].endsWith(":") && words.length == 17) {
        facts.put("interface " + words[0], "present");
      }
    }
    return new ContainerView(facts);
  }

  /** File system and the flags that protect; access-time flags and sources say nothing of it. */
  private static String mount(String[] words) {
    int dash = List.of(words).indexOf("-");
    Set<String> flags = new TreeSet<>(List.of(words[5].split(",", -1)));
    flags.retainAll(FLAGS);
    return words[dash + 1] + " " + String.join(",", flags);
  }

  /** One line for each fact in which {@code other} differs; empty when it is the same container. */
  public List<String> differencesOf(ContainerView other) {
    Set<String> names = new TreeSet<>(facts.keySet());
    names.addAll(other.facts.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String here = facts.getOrDefault(name, "absent");
      String there = other.facts.getOrDefault(name, "absent");
      if (!here.equals(there)) {
        differences.add(name + ": " + there + " in place of " + here);
      }
    }
    return differences;
  }
}
