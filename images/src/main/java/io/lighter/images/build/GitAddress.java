package io.lighter.images.build;

import io.lighter.images.dockerfile.NearestWord;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a text says of a repository of git: {@code https://host/repo.git#REF:FOLDER}, or the same as
 * a query, {@code https://host/repo.git?branch=REF&subdir=FOLDER}.
 *
 * @param url of the repository
 * @param ref a branch, tag or commit; empty for the default branch
 * @param folder within it, empty for the whole
 * @param checksum the commit that it must be, or its beginning; empty for any
 * @param keepGitDir whether {@code .git} stays; null when it does not say
 * @param submodules whether submodules are fetched
 */
record GitAddress(
    String url,
    String ref,
    String folder,
    String checksum,
    @Nullable Boolean keepGitDir,
    boolean submodules) {
  private static final Pattern GIT =
      Pattern.compile(
          "(git://|[\\w-]+@[\\w.-]+:|ssh://|https?://[^#?]+\\.git([#?]|$)|file://.+\\.git([#?]|$))"
              + ".*");

  /** What is taken for an address though it looks like a path. */
  private static final String HOSTED = "github.com/";

  private static final List<String> QUERY =
      List.of("ref", "branch", "tag", "subdir", "checksum", "commit", "keep-git-dir", "submodules");

  static boolean isOne(String text) {
    return GIT.matcher(text).matches();
  }

  /** The same for a context, where a host alone may begin the address. */
  static boolean isContext(String text) {
    return isOne(text) || text.startsWith(HOSTED);
  }

  /**
   * Reads an address.
   *
   * @throws BuildException when it contradicts itself
   */
  static GitAddress parse(String text) {
    String whole = text.startsWith(HOSTED) ? "https://" + text : text;
    int hash = whole.indexOf('#');
    String fragment = hash < 0 ? "" : whole.substring(hash + 1);
    String rest = hash < 0 ? whole : whole.substring(0, hash);
    int mark = rest.indexOf('?');
    String url = mark < 0 ? rest : rest.substring(0, mark);
    int colon = fragment.indexOf(':');
    String ref = colon < 0 ? fragment : fragment.substring(0, colon);
    String folder = colon < 0 ? "" : fragment.substring(colon + 1);
    Map<String, String> query = query(text, mark < 0 ? "" : rest.substring(mark + 1));
    ref = one(text, "ref", ref, query.getOrDefault("ref", ""));
    ref = one(text, "ref", ref, prefixed("refs/tags/", query.get("tag")));
    ref = one(text, "ref", ref, prefixed("refs/heads/", query.get("branch")));
    folder = one(text, "folder", folder, query.getOrDefault("subdir", ""));
    String checksum =
        one(text, "commit", query.getOrDefault("checksum", ""), query.getOrDefault("commit", ""));
    if (!checksum.matches("[0-9a-f]*")) {
      throw new BuildException("the commit " + checksum + " in " + text + " is no digest of git");
    }
    ref = ref.isEmpty() ? checksum : ref;
    if (ref.startsWith("-") || url.startsWith("-")) {
      throw new BuildException(text + " begins like an option of git");
    }
    return new GitAddress(
        url,
        ref,
        folder,
        checksum,
        query.containsKey("keep-git-dir") ? truth(text, query.get("keep-git-dir")) : null,
        !query.containsKey("submodules") || truth(text, query.get("submodules")));
  }

  private static Map<String, String> query(String text, String query) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String field : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? field : field.substring(0, equals);
      String value = equals < 0 ? "" : field.substring(equals + 1);
      if (!QUERY.contains(name)) {
        throw new BuildException(
            "%s: a repository has no %s%s".formatted(text, name, NearestWord.hint(name, QUERY)));
      }
      boolean bare = name.equals("keep-git-dir") || name.equals("submodules");
      if (value.isEmpty() && !bare) {
        throw new BuildException(text + ": " + name + " has no value");
      }
      if (all.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8)) != null) {
        throw new BuildException(text + ": " + name + " is there twice");
      }
    }
    return all;
  }

  private static String one(String text, String what, String first, String second) {
    if (!first.isEmpty() && !second.isEmpty() && !first.equals(second)) {
      throw new BuildException(
          "%s names two of a %s: %s and %s".formatted(text, what, first, second));
    }
    return first.isEmpty() ? second : first;
  }

  private static String prefixed(String prefix, @Nullable String name) {
    if (name == null) {
      return "";
    }
    return name.startsWith(prefix) ? name : prefix + name;
  }

  private static boolean truth(String text, @Nullable String value) {
    return switch (value == null ? "" : value) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new BuildException(text + ": " + value + " is neither true nor false");
    };
  }
}
