package io.lighter.images.dockerfile;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the word that was probably meant. */
public final class NearestWord {
  private NearestWord() {}

  /**
   * Returns the nearest of some words, or null when none is near: at most two letters added, left
   * out or exchanged, and not more than half of the word. Case does not count.
   */
  public static @Nullable String of(String word, Collection<String> candidates) {
    String asked = word.toLowerCase(Locale.ROOT);
    String nearest = null;
    int least = Math.min(2, Math.max(1, asked.length() / 2)) + 1;
    for (String candidate : candidates) {
      if (Math.abs(asked.length() - candidate.length()) >= least) {
        continue;
      }
      int distance = distance(asked, candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Returns {@code " (did you mean X?)"}, or nothing. */
  public static String hint(String word, Collection<String> candidates) {
    String nearest = of(word, candidates);
    return nearest == null || nearest.equals(word) ? "" : " (did you mean " + nearest + "?)";
  }

  /** Letters added, left out, exchanged, or swapped with the one beside it. */
  private static int distance(String a, String b) {
    int[][] least = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          least[i][j] = i + j;
          continue;
        }
        int exchanged = least[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(exchanged, Math.min(least[i - 1][j], least[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        least[i][j] = swapped ? Math.min(best, least[i - 2][j - 2] + 1) : best;
      }
    }
    return least[a.length()][b.length()];
  }
}
