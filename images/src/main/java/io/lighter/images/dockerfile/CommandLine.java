package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * A command of RUN, CMD, ENTRYPOINT or HEALTHCHECK.
 *
 * @param words the arguments of the JSON form; or one text, which the shell gets as it is
 * @param shell it is in shell form
 */
public record CommandLine(List<String> words, boolean shell) {
  public CommandLine {
    words = List.copyOf(words);
  }

  /** Returns the arguments to execute: those of the shell, then the text, in shell form. */
  public List<String> arguments(List<String> shellWords) {
    if (!shell || words.isEmpty()) {
      return words;
    }
    List<String> all = new ArrayList<>(shellWords);
    all.addAll(words);
    return List.copyOf(all);
  }
}
