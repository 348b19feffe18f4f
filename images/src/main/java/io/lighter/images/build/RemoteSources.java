package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.build.files.FileFinder;
import io.lighter.images.build.files.FileTree;
import io.lighter.images.build.files.Selection;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.dockerfile.WordExpander;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an ADD fetches: files of web servers, and repositories of git. Used by one thread. */
final class RemoteSources implements AutoCloseable {
  private final BuildRun run;
  private final Linux linux;
  private final Instruction.Add add;
  private final WordExpander expander;
  private final List<Scratch> scratches = new ArrayList<>();
  private final List<Fd> folders = new ArrayList<>();

  RemoteSources(BuildRun run, Instruction.Add add, WordExpander expander) {
    this.run = run;
    this.linux = run.store().linux();
    this.add = add;
    this.expander = expander;
  }

  static boolean isRemote(String source) {
    return source.startsWith("http://")
        || source.startsWith("https://")
        || GitAddress.isOne(source);
  }

  /** Fetches a source. */
  SourceFiles fetch(String source, String destination) throws IOException {
    Scratch scratch = new Scratch(run.store(), run.lease());
    scratches.add(scratch);
    Fd folder = scratch.folder("fetched");
    folders.add(folder);
    FileTree tree = FileTree.ofContext(folder, source, IgnoreRules.NONE);
    if (GitAddress.isOne(source)) {
      GitAddress address = GitAddress.parse(source);
      boolean keep = add.keepGitDir() || Boolean.TRUE.equals(address.keepGitDir());
      new GitSource(address).checkOut(scratch.layer().path().resolve("fetched"), keep, checksum());
      return SourceFiles.copied(only(tree, "/"));
    }
    String name = name(source, destination);
    HttpDownload.fetch(source, linux, folder, name, digest());
    Selection file = only(tree, name);
    boolean unpack = Boolean.TRUE.equals(add.unpack()) && SourceFiles.isArchive(linux, file);
    return new SourceFiles(file, unpack);
  }

  private Selection only(FileTree tree, String path) {
    try (FileFinder finder = new FileFinder(linux, tree, IgnoreRules.NONE, false)) {
      return finder.find(path.replaceAll("[\\\\*?\\[]", "\\\\$0")).getFirst();
    }
  }

  private static String name(String url, String destination) {
    String path = url.replaceFirst("^https?://[^/]*", "").replaceFirst("[?#].*", "");
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
      return name;
    }
    if (destination.endsWith("/")) {
      throw new SyntaxException(
          url + " names no file; write the name after the destination " + destination);
    }
    return "file";
  }

  private String checksum() {
    return add.checksum() == null ? "" : expander.word(add.checksum());
  }

  private @Nullable Digest digest() {
    String text = checksum();
    return text.isEmpty() ? null : Digest.parse(text);
  }

  @Override
  public void close() {
    folders.forEach(Fd::close);
    scratches.forEach(Scratch::close);
  }
}
