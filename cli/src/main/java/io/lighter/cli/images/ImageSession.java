package io.lighter.cli.images;

import io.lighter.cli.run.StateFolder;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command works with.
 *
 * @param linux the kernel
 * @param folder that relative paths count from
 * @param variables the environment
 * @param in standard input
 * @param out standard output
 * @param err for errors
 */
public record ImageSession(
    Linux linux,
    Path folder,
    Map<String, String> variables,
    InputStream in,
    PrintStream out,
    PrintStream err) {
  private static final String IMAGES = "images";

  /** Copies the environment. */
  public ImageSession {
    variables = Map.copyOf(variables);
  }

  /** Opens the store of this user. */
  public ImageStore store() throws IOException {
    return ImageStore.open(linux, new StateFolder(variables, folder).ofRoot().resolve(IMAGES));
  }

  /** Whether one of this process' streams is a terminal. */
  boolean isTerminal(Fd stream) {
    return linux.terminals().isatty(stream);
  }

  /** Returns a file that the user named. */
  Path file(String name) {
    return folder.resolve(name);
  }
}
