import io.lighter.linux.Signals;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.*;
import io.lighter.runtime.spec.*;
import io.lighter.runtime.spec.Process;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A container from its creation to its deletion; the argument is a folder with a root in rootfs/. */
void main(String[] args) throws Exception {
  Path folder = Path.of(args[0]).toAbsolutePath();
  Spec spec = DefaultContainer.of(new Root("rootfs", false), List.of("sleep", "600"), null);
  ContainerStore store = ContainerStore.open(folder.resolve("state"));
  try (Stdio output = Stdio.appending(folder.resolve("output"));
      Created created = store.create("web", Bundle.of(folder, spec), CreateOptions.of(output));
      ContainerWatcher watcher = store.watcher();
      ContainerWatcher.Watch _ = created.container().watch(watcher)) {
    StoredContainer web = created.container();
    web.start();
    Process id = Process.of(List.of("id", "-u")).with(p -> p.env = List.of("PATH=/bin"));
    try (ExecProcess further = web.exec(ExecOptions.of(id, output))) {
      IO.println("id: " + further.waitFor());
    }
    IO.println("it is " + web.state().status());
    web.kill(Signals.SIGKILL, false);
    watcher.poll(Duration.ofSeconds(10), IO::println);
    created.waitFor();
    web.delete(false);
  }
}
