package io.lighter.images.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checks repositories out by the program {@code git} of this machine.
 *
 * @param address which, and what of it
 */
record GitSource(GitAddress address) {
  private static final List<String> ALL =
      List.of(
          "+HEAD:refs/remotes/origin/HEAD",
          "+refs/heads/*:refs/remotes/origin/*",
          "+refs/tags/*:refs/tags/*");

  /**
   * Checks the repository out.
   *
   * @param target an empty folder
   * @param checksum the commit that it must be, or its beginning; empty for any
   * @throws BuildException when git is not there, or fails
   */
  void checkOut(Path target, boolean keepGitDir, String checksum) throws IOException {
    git(target, "init", "-q");
    fetch(target);
    String commit = git(target, "rev-parse", "HEAD").strip();
    String wanted = checksum.isEmpty() ? address.checksum() : checksum;
    if (!wanted.isEmpty() && !commit.startsWith(wanted)) {
      throw new BuildException(
          withoutPassword(address.url()) + " is at the commit " + commit + ", not " + wanted);
    }
    boolean modules = Files.isRegularFile(target.resolve(".gitmodules"), LinkOption.NOFOLLOW_LINKS);
    if (modules && address.submodules()) {
      // Relative addresses of submodules count from the one of the repository.
      git(target, "remote", "add", "origin", address.url());
      git(target, "submodule", "-q", "update", "--init", "--recursive", "--depth=1");
    }
    Folders folders = new Folders(target);
    if (!keepGitDir) {
      folders.deleteAll(".git");
    }
    if (!address.folder().isEmpty()) {
      folders.keepOnly(address.folder());
    }
  }

  /** Fetches one commit; where the server does not give it alone, all of them. */
  private void fetch(Path target) throws IOException {
    String ref = address.ref().isEmpty() ? "HEAD" : address.ref();
    try {
      git(target, "fetch", "-q", "--depth=1", "--", address.url(), ref);
      git(target, "checkout", "-q", "FETCH_HEAD");
    } catch (BuildException e) {
      try {
        List<String> all = new ArrayList<>(List.of("fetch", "-q", "--", address.url()));
        all.addAll(ALL);
        git(target, all.toArray(String[]::new));
        git(target, "checkout", "-q", "--detach", known(target, ref));
      } catch (BuildException _) {
        throw e;
      }
    }
  }

  /** Addresses may have a password or a token in them, which is nobody's to read. */
  static String withoutPassword(String text) {
    return text.replaceAll("://[^/@\\s]*@", "://");
  }

  private static String known(Path target, String ref) throws IOException {
    String branch = "refs/remotes/origin/" + ref.replaceFirst("^refs/heads/", "");
    try {
      return git(target, "rev-parse", "-q", "--verify", branch + "^{commit}").strip();
    } catch (BuildException e) {
      return git(target, "rev-parse", "-q", "--verify", ref + "^{commit}").strip();
    }
  }

  private static String git(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile()).redirectErrorStream(true);
    // No questions: nobody is there to answer. And nothing of the settings of this machine.
    builder
        .environment()
        .putAll(
            Map.of(
                "GIT_TERMINAL_PROMPT",
                "0",
                "GIT_CONFIG_NOSYSTEM",
                "1",
                "GIT_SSH_COMMAND",
                "ssh -o BatchMode=yes"));
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
            withoutPassword(
                String.join(" ", command) + " failed with " + code + ": " + output.strip()));
      }
      return output;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("git was interrupted", e);
    }
  }
}
