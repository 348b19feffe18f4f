package io.lighter.images.dockerfile;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Substitutes variables, and takes quotes and escapes away, as a shell would:
 *
 * <pre>
 *   $v ${v}            the value, empty when unset
 *   ${v:-w} ${v-w}     w when unset (or, with the colon, empty)
 *   ${v:+w} ${v+w}     w when set (and, with the colon, not empty)
 *   ${v:?e} ${v?e}     the error e when unset (or empty)
 *   ${v#p} ${v##p}     without the shortest or longest prefix that is like p
 *   ${v%p} ${v%%p}     without the shortest or longest suffix
 *   ${v/p/r} ${v//p/r} r in place of the first or of all that is like p
 * </pre>
 *
 * <p>{@code w}, {@code e} may hold variables themselves. In {@code p}, {@code ?} is any character
 * and {@code *} any number of them. Between single quotes nothing is substituted; {@code \$} is a
 * dollar.
 *
 * <p>Not thread-safe: it keeps the names that had no value, see {@link #missing}.
 */
public final class WordExpander {
  /** What becomes of quotes. */
  enum Quotes {
    REMOVED,
    KEPT,
    /** As any other character. */
    ORDINARY
  }

  private final char escape;
  private final Function<String, @Nullable String> variables;
  private final Quotes quotes;
  private final boolean keepsUnset;
  private final Set<String> missing = new LinkedHashSet<>();

  private WordExpander(
      char escape,
      Function<String, @Nullable String> variables,
      Quotes quotes,
      boolean keepsUnset) {
    this.escape = escape;
    this.variables = variables;
    this.quotes = quotes;
    this.keepsUnset = keepsUnset;
  }

  /**
   * Returns one for the words of instructions.
   *
   * @param escape {@link Directives#escape()}
   * @param variables the value of a name, null for none
   */
  public static WordExpander of(char escape, Function<String, @Nullable String> variables) {
    return new WordExpander(escape, variables, Quotes.REMOVED, false);
  }

  /** Returns one for the words of instructions. */
  public static WordExpander of(char escape, Map<String, String> variables) {
    return of(escape, variables::get);
  }

  /**
   * Returns one for here-documents, in which quotes mean nothing and a backslash always escapes.
   */
  public static WordExpander ofDocuments(Function<String, @Nullable String> variables) {
    return new WordExpander('\\', variables, Quotes.ORDINARY, false);
  }

  /** One that removes quotes and leaves variables as they are. */
  static WordExpander literal(char escape) {
    return new WordExpander(escape, name -> null, Quotes.REMOVED, true);
  }

  /** One that changes nothing: it only tells where words begin and end. */
  static WordExpander splitter(char escape) {
    return new WordExpander(escape, name -> null, Quotes.KEPT, true);
  }

  /**
   * Expands a text to one word; spaces in it stay.
   *
   * @throws SyntaxException a quote or brace that is not closed, an operator that does not exist, a
   *     variable that must be set and is not
   */
  public String word(String text) {
    return run(text).whole();
  }

  /**
   * Expands a text and splits what comes out at its spaces, but not at those that were quoted.
   *
   * @throws SyntaxException as {@link #word}
   */
  public List<String> words(String text) {
    return run(text).words();
  }

  /** Returns the names that had no value so far, and for which the text had no other. */
  public Set<String> missing() {
    return missing;
  }

  private ExpandedText run(String text) {
    return new Expansion(text, this).run();
  }

  char escape() {
    return escape;
  }

  Quotes quotes() {
    return quotes;
  }

  boolean keepsEscapes() {
    return quotes == Quotes.KEPT;
  }

  boolean keepsUnset() {
    return keepsUnset;
  }

  @Nullable String value(String name) {
    return variables.apply(name);
  }

  void noteMissing(String name) {
    missing.add(name);
  }
}
