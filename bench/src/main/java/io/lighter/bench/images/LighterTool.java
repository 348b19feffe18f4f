package io.lighter.bench.images;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ours, by its launcher. */
record LighterTool(Path root, Path state) implements ImageTool {
  @Override
  public String name() {
    return "lighter";
  }

  @Override
  public String description() {
    return "`lighter pull`, `load`, ..., a JVM for each command; no daemon";
  }

  private List<String> lighter(String... arguments) {
    return command(List.of("env", heap().variable(), "LIGHTER_STATE=" + state), arguments);
  }

  private List<String> command(List<String> environment, String... arguments) {
    List<String> command = new ArrayList<>(environment);
    command.add(root.resolve("lighter").toString());
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public HeapLog heap() {
    return new HeapLog(Path.of(state + ".heap"));
  }

  @Override
  public RunningEngine engine() throws IOException {
    return new WarmBuilder(state);
  }

  @Override
  public List<String> pull(String image) {
    return lighter("pull", "-q", image);
  }

  @Override
  public List<String> tag(String image, String name) {
    return lighter("tag", image, name);
  }

  @Override
  public List<String> push(String image) {
    return lighter("push", "-q", image);
  }

  @Override
  public List<String> save(String image, Path archive) {
    return lighter("save", "-o", archive.toString(), image);
  }

  @Override
  public List<String> load(Path archive) {
    return lighter("load", "-i", archive.toString());
  }

  @Override
  public List<String> build(Path context, String image) {
    return lighter("build", "--network=none", "-t", image, context.toString());
  }

  @Override
  public ChangedContainer change(String image, Path files)
      throws IOException, InterruptedException {
    String name = "changed";
    Process running =
        new ProcessBuilder(
                command(
                    // It runs on, and has no part in what is measured.
                    List.of("env", "LIGHTER_STATE=" + state),
                    "run",
                    "--rm",
                    "--name",
                    name,
                    "-v",
                    files + ":/src:ro",
                    image,
                    "sh",
                    "-c",
                    "cp -r /src /files && echo copied && exec sleep 3600"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said = running.inputReader();
    if (!"copied".equals(said.readLine())) {
      throw new IOException("the container could not be made: its messages are above");
    }
    return new ChangedContainer() {
      @Override
      public List<String> diff() {
        return lighter("diff", name);
      }

      @Override
      public List<String> commit(String made) {
        return lighter("commit", name, made);
      }

      @Override
      public void close() throws IOException {
        // It hands the signal on. Not Process.destroy, which closes what is read to its end here.
        running.toHandle().destroy();
        said.transferTo(Writer.nullWriter());
        said.close();
      }
    };
  }

  @Override
  public List<String> clear() {
    return List.of("rm", "-rf", state.toString());
  }
}
