package io.lighter.proxy.config;

import static java.util.regex.Matcher.quoteReplacement;

import java.io.StringReader;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/** Makes a tree of YAML, with the places of its parts in the text. */
final class YamlText {
  /** Deeper than any of our fields. */
  private static final int DEEPEST = 20;

  /** So often lists and mappings may be repeated by aliases: many services share one. */
  private static final int MOST_ALIASES = 20_000;

  private static final Pattern ESCAPE = Pattern.compile("\\\\.");

  private YamlText() {}

  /** Returns the only document of a text, empty when there is none; a mistake is noted. */
  static Optional<Node> compose(Reading reading, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(ConfigFile.MOST_BYTES);
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setAllowRecursiveKeys(false);
    try {
      Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(yaml(text)));
      return root == null || root.getTag().equals(Tag.NULL) ? Optional.empty() : Optional.of(root);
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      String context = e.getContext() == null ? "" : " " + e.getContext();
      reading.note(
          mark == null ? 1 : mark.getLine() + 1,
          mark == null ? 1 : mark.getColumn() + 1,
          "",
          "no YAML" + context + ": " + e.getProblem() + hint(text, mark));
    } catch (YAMLException e) {
      reading.note(1, 1, "", "no YAML that is read: " + e.getMessage());
    }
    return Optional.empty();
  }

  /**
   * Takes away the one escape of JSON that YAML 1.1 has not: a slash with a backslash before it.
   */
  private static String yaml(String text) {
    return text.stripLeading().startsWith("{") && text.contains("\\/")
        ? ESCAPE
            .matcher(text)
            .replaceAll(e -> e.group().equals("\\/") ? "/" : quoteReplacement(e.group()))
        : text;
  }

  /** The mistake that everybody makes with IPv6 in a list of YAML. */
  private static String hint(String text, @Nullable Mark mark) {
    if (mark == null) {
      return "";
    }
    String line = text.lines().skip(mark.getLine()).findFirst().orElse("");
    return line.contains("://[") || line.contains("[::")
        ? " (within a list in brackets, quote addresses of IPv6)"
        : "";
  }
}
