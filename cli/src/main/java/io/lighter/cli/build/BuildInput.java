package io.lighter.cli.build;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.build.BuildContext;
import io.lighter.images.build.DockerfileSource;
import io.lighter.images.build.files.TarArchive;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The context and the Dockerfile of a command line.
 *
 * @param context the files
 * @param dockerfile what to do with them
 */
record BuildInput(BuildContext context, DockerfileSource dockerfile) {
  private static final String STANDARD_INPUT = "-";
  private static final String KEEP_GIT_DIR = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";
  private static final String DOCKERFILE = "Dockerfile";

  /** More than any compressed archive needs for its first block to be seen. */
  private static final int LOOK = 1 << 16;

  static BuildInput read(Flags flags, Path folder, InputStream in) throws IOException {
    if (flags.operands().size() != 1) {
      throw new UsageException(
          "it takes exactly 1 argument, the folder of the context, and got "
              + flags.operands().size());
    }
    String operand = flags.operands().getFirst();
    String file = flags.last("file");
    if (operand.equals(STANDARD_INPUT)) {
      return ofStandardInput(file, folder, in);
    }
    BuildContext remote = remote(operand, folder, flags);
    if (remote != null) {
      return new BuildInput(remote, ofRemote(file, in));
    }
    Path context = folder.resolve(operand);
    if (!Files.isDirectory(context)) {
      throw new UsageException(
          "the context " + context + (Files.exists(context) ? " is no folder" : " is not there"));
    }
    return new BuildInput(new BuildContext.Folder(context), dockerfile(file, context, folder, in));
  }

  /** A context that is fetched; null for a folder, also one that looks like an address. */
  private static @Nullable BuildContext remote(String operand, Path folder, Flags flags) {
    boolean here = !operand.contains("://") && Files.isDirectory(folder.resolve(operand));
    if (here) {
      return null;
    }
    if (BuildContext.Git.isAddress(operand)) {
      String keep = KEEP_GIT_DIR + "=";
      boolean kept =
          flags.all("build-arg").stream()
              .anyMatch(text -> text.equals(keep + "1") || text.equals(keep + "true"));
      return new BuildContext.Git(operand, kept);
    }
    if (operand.startsWith("http://") || operand.startsWith("https://")) {
      return new BuildContext.Web(operand);
    }
    if (operand.contains("://")) {
      throw new UsageException(
          "the context "
              + operand
              + " is no folder, no repository of git and no address by http or https");
    }
    return null;
  }

  /** The Dockerfile of a context that is fetched is in it, if it does not come from here. */
  private static DockerfileSource ofRemote(@Nullable String file, InputStream in)
      throws IOException {
    if (STANDARD_INPUT.equals(file)) {
      return text(DOCKERFILE, in);
    }
    return new DockerfileSource.InContext(file == null ? DOCKERFILE : file);
  }

  private static BuildInput ofStandardInput(@Nullable String file, Path folder, InputStream in)
      throws IOException {
    if (STANDARD_INPUT.equals(file)) {
      throw new UsageException("standard input cannot be the context and the Dockerfile at once");
    }
    BufferedInputStream buffered = new BufferedInputStream(in, LOOK);
    buffered.mark(LOOK);
    byte[] first = buffered.readNBytes(LOOK);
    buffered.reset();
    if (TarArchive.isOne(new ByteArrayInputStream(first))) {
      String path = file == null ? DOCKERFILE : file;
      return new BuildInput(
          new BuildContext.Archive(buffered), new DockerfileSource.InContext(path));
    }
    if (file != null) {
      throw new UsageException(
          "standard input is no archive, so it is the Dockerfile, and --file names another in "
              + folder);
    }
    return new BuildInput(new BuildContext.None(), text(DOCKERFILE, buffered));
  }

  private static DockerfileSource text(String name, InputStream in) throws IOException {
    return new DockerfileSource.Text(
        name, new String(in.readAllBytes(), StandardCharsets.UTF_8), null);
  }

  private static DockerfileSource dockerfile(
      @Nullable String file, Path context, Path folder, InputStream in) throws IOException {
    if (STANDARD_INPUT.equals(file)) {
      return text(DOCKERFILE, in);
    }
    Path path = file == null ? context.resolve(DOCKERFILE) : folder.resolve(file);
    if (file == null && !Files.exists(path)) {
      Path small = context.resolve("dockerfile");
      path = Files.exists(small) ? small : path;
    }
    if (!Files.isRegularFile(path)) {
      throw new UsageException("there is no Dockerfile at " + path + "; name it by --file");
    }
    Path rules = path.resolveSibling(path.getFileName() + ".dockerignore");
    return new DockerfileSource.Text(
        String.valueOf(path.getFileName()),
        Files.readString(path),
        Files.isRegularFile(rules) ? Files.readString(rules) : null);
  }
}
