package io.lighter.bench.images;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container that was created, never started, and had a folder copied into it. */
record CopiedInto(List<String> program, String name) implements ChangedContainer {
  static CopiedInto make(List<String> program, String image, Path files)
      throws IOException, InterruptedException {
    CopiedInto container = new CopiedInto(program, "changed");
    Command.silently(container.command("create", "--name", container.name, image, "sh"));
    Command.silently(container.command("cp", files.toString(), container.name + ":/files"));
    return container;
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public List<String> diff() {
    return command("diff", name);
  }

  @Override
  public List<String> commit(String image) {
    return command("commit", name, image);
  }

  @Override
  public void close() throws IOException {
    Command.remove(command("rm", "-f", name));
  }
}
