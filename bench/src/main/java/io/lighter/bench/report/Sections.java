package io.lighter.bench.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The parts that the pages of several measurements have in common. */
final class Sections {
  private Sections() {}

  /** A warning when the figures are rough, otherwise nothing. */
  static String quiet(Fingerprint fingerprint) {
    return fingerprint.busy()
        ? "**The machine had other work to do during this run: the figures are rough.**\n\n"
        : "";
  }

  /** Nothing when there are none. */
  static String aims(List<Aim> aims) {
    if (aims.isEmpty()) {
      return "";
    }
    List<List<String>> rows =
        aims.stream()
            .map(aim -> List.of(aim.aim(), aim.found(), aim.reached() ? "yes" : "**no**"))
            .toList();
    return Text.table(List.of("aim", "found", "reached"), rows) + "\n";
  }

  /** A line for each subject, with what differs in what it starts. */
  static String subjects(List<SubjectData> subjects) {
    StringBuilder text = new StringBuilder("**The subjects**\n\n");
    for (SubjectData subject : subjects) {
      text.append("- *").append(subject.name()).append("*: ").append(subject.description());
      String differences = subject.differences().stream().collect(Collectors.joining("; "));
      text.append(differences.isEmpty() ? ".\n" : ".\n  Differs: " + differences + ".\n");
    }
    return text.append('\n').toString();
  }

  /** A line for each subject. */
  static String subjects(Map<String, String> descriptions) {
    StringBuilder text = new StringBuilder("**The subjects**\n\n");
    descriptions.forEach(
        (name, what) -> text.append("- *").append(name).append("*: ").append(what).append(".\n"));
    return text.append('\n').toString();
  }

  /** What people found out about the figures. */
  static String notes(String notes) {
    return notes.isBlank() ? "" : "## What limits it\n\n" + notes.strip() + "\n\n";
  }

  /** The machine and more facts of the run. */
  static String machine(Fingerprint fingerprint, Map<String, String> more) {
    StringBuilder text = new StringBuilder("## Machine\n\n");
    fingerprint.facts().forEach((name, value) -> add(text, name, value));
    more.forEach((name, value) -> add(text, name, value));
    return text.toString();
  }

  private static void add(StringBuilder text, String name, String value) {
    text.append("- ").append(name).append(": ").append(value).append('\n');
  }
}
