package io.lighter.proxy.config;

import java.util.Collection;
import java.util.Locale;

/** Finds the word that was probably meant, among those that there are. */
final class NearestWord {
  private NearestWord() {}

  /**
   * Returns {@code " (did you mean X?)"} for the nearest word, or nothing when none is near: at
   * most two letters added, left out, exchanged or swapped, and not more than half of the word.
   * Case, hyphens and underscores do not count.
   */
  static String hint(String word, Collection<String> words) {
    String asked = bare(word);
    String nearest = "";
    int least = Math.min(2, Math.max(1, asked.length() / 2)) + 1;
    for (String candidate : words) {
      String bare = bare(candidate);
      if (Math.abs(asked.length() - bare.length()) < least) {
        int distance = distance(asked, bare);
        if (distance < least) {
          least = distance;
          nearest = candidate;
        }
      }
    }
    return nearest.isEmpty() ? "" : " (did you mean " + nearest + "?)";
  }

  private static String bare(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** The optimal string alignment distance, of which three rows are kept. */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(last[j - 1] + same, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
