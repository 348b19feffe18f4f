package io.lighter.images.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A repository of git, and what of it: {@code https://host/repo.git#REF:FOLDER}. It is fetched by
 * the program {@code git} of this machine.
 *
 * @param url of the repository
 * @param ref a branch, tag or commit; empty for the default branch
 * @param folder within it, empty for the whole
 */
record GitSource(String url, String ref, String folder) {
  private static final Pattern GIT =
      Pattern.compile(
          "(git://|git@[^:]+:|ssh://|https?://[^#?]+\\.git(#|$)|file://.+\\.git(#|$)).*");

  static boolean isGit(String source) {
    return GIT.matcher(source).matches();
  }

  static GitSource parse(String source) {
    int hash = source.indexOf('#');
    String url = hash < 0 ? source : source.substring(0, hash);
    String fragment = hash < 0 ? "" : source.substring(hash + 1);
    int colon = fragment.indexOf(':');
    String ref = colon < 0 ? fragment : fragment.substring(0, colon);
    if (ref.startsWith("-") || url.startsWith("-")) {
      throw new BuildException(source + " begins like an option of git");
    }
    return new GitSource(url, ref, colon < 0 ? "" : fragment.substring(colon + 1));
  }

  /**
   * Checks the repository out.
   *
   * @param target an empty folder
   * @param checksum the commit that it must be, or its beginning; empty for any
   * @throws BuildException when git is not there, or fails
   */
  void checkOut(Path target, boolean keepGitDir, String checksum) throws IOException {
    git(target, "init", "-q");
    git(target, "fetch", "-q", "--depth=1", "--", url, ref.isEmpty() ? "HEAD" : ref);
    git(target, "checkout", "-q", "FETCH_HEAD");
    String commit = git(target, "rev-parse", "HEAD").strip();
    if (!checksum.isEmpty() && !commit.startsWith(checksum)) {
      throw new BuildException(url + " is at the commit " + commit + ", not " + checksum);
    }
    Folders folders = new Folders(target);
    if (!keepGitDir) {
      folders.delete(".git");
    }
    if (!folder.isEmpty()) {
      folders.keepOnly(folder);
    }
  }

  private static String git(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile()).redirectErrorStream(true);
    // No questions: nobody is there to answer. And nothing of the settings of this machine.
    builder.environment().putAll(Map.of("GIT_TERMINAL_PROMPT", "0", "GIT_CONFIG_NOSYSTEM", "1"));
    java.lang.Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new BuildException(
          "a repository is fetched by the program git, which this machine does not have: "
              + e.getMessage(),
          e);
    }
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new BuildException(
            String.join(" ", command) + " failed with " + code + ": " + output.strip());
      }
      return output;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("git was interrupted", e);
    }
  }
}
