package io.lighter.proxy.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;

/** One reading of a file: what is wrong with it so far, and how much of it has been looked at. */
final class Reading {
  /** So many mistakes are told. */
  static final int TOLD = 100;

  /** So many values a file may have, each counted as often as an alias stands for it. */
  static final int MOST_VALUES = 600_000;

  private final String file;
  private final List<Mistake> mistakes = new ArrayList<>();
  private int unsaid;
  private int values;

  Reading(String file) {
    this.file = file;
  }

  void note(Node node, String path, String problem) {
    Mark mark = node.getStartMark();
    note(mark.getLine() + 1, mark.getColumn() + 1, path, problem);
  }

  void note(int line, int column, String path, String problem) {
    Mistake mistake = new Mistake(line, column, path, problem);
    // An alias shows the same mistake at each of its places.
    if (mistakes.contains(mistake)) {
      return;
    }
    if (mistakes.size() < TOLD) {
      mistakes.add(mistake);
    } else {
      unsaid++;
    }
  }

  /**
   * Counts a value that is looked at.
   *
   * @return false when there are too many, which is noted
   */
  boolean count(Node node, String path) {
    values++;
    if (values == MOST_VALUES) {
      note(node, path, "here the file, with its aliases, has more than " + values + " values");
    }
    return values < MOST_VALUES;
  }

  /** Throws when there are mistakes. */
  void finish() throws ConfigException {
    if (!mistakes.isEmpty()) {
      mistakes.sort(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column));
      throw new ConfigException(file, mistakes, unsaid);
    }
  }
}
