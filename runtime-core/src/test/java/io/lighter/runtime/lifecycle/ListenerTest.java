package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.StartException;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.seccomp.FakeAgent;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompSyscall;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Containers whose filter tells an agent of {@code mkdir}, which refuses the first and no other.
 */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(60)
class ListenerTest {
  private static final String[] TWO_FOLDERS = {"mkdir", "/tmp/refused", "/tmp/made"};

  private final Linux linux = Linux.kernel();
  @TempDir private Path folder;
  private ContainerStore store;
  private BusyboxBundle bundle;
  private Path socket;

  @BeforeEach
  void prepare() throws IOException {
    store = ContainerStore.open(folder.resolve("store"));
    bundle = new BusyboxBundle(folder, "mkdir", "sleep");
    socket = folder.resolve("agent.sock");
  }

  private void notifying(Spec.Draft spec, boolean noNewPrivileges) {
    SeccompSyscall rule =
        new SeccompSyscall(List.of("mkdir", "mkdirat"), SeccompAction.NOTIFY, null, List.of());
    Seccomp filter =
        new Seccomp(
            SeccompAction.ALLOW,
            null,
            List.of(),
            List.of(),
            socket.toString(),
            "opaque",
            List.of(rule));
    spec.linux = Objects.requireNonNull(spec.linux).with(l -> l.seccomp = filter);
    spec.process =
        Objects.requireNonNull(spec.process).with(p -> p.noNewPrivileges = noNewPrivileges);
  }

  private Created create(boolean noNewPrivileges, String... command) throws IOException {
    try (Stdio stdio = bundle.stdio()) {
      return store.create(
          "c", bundle.of(s -> notifying(s, noNewPrivileges), command), CreateOptions.of(stdio));
    }
  }

  private void assertTold(FakeAgent.Served served, int pid, String status, int init)
      throws IOException {
    JsonNode told = new ObjectMapper().readTree(served.message());
    assertThat(told.get("pid").asInt()).isEqualTo(pid);
    assertThat(told.get("metadata").asText()).isEqualTo("opaque");
    assertThat(told.at("/state/id").asText()).isEqualTo("c");
    assertThat(told.at("/state/status").asText()).isEqualTo(status);
    assertThat(told.at("/state/pid").asInt()).isEqualTo(init);
  }

  private void assertOneFolderOfTwo() throws IOException {
    assertThat(bundle.rootfs().resolve("tmp/refused")).doesNotExist();
    assertThat(bundle.rootfs().resolve("tmp/made")).isDirectory();
    assertThat(bundle.printed()).containsIgnoringCase("quota exceeded");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLetAnAgentAnswerForAContainer(boolean noNewPrivileges) throws Exception {
    try (FakeAgent agent = new FakeAgent(socket);
        Created created = create(noNewPrivileges, TWO_FOLDERS)) {
      int pid = created.process().pid();
      created.container().start();
      assertTold(agent.served(pid, Errno.EDQUOT), pid, "creating", pid);
      assertThat(linux.processes().waitFor(created.process()).shellStatus()).isOne();
      assertOneFolderOfTwo();
      created.container().delete(false);
    }
  }

  @Test
  void shouldLetAnAgentAnswerForAFurtherProcess() throws Exception {
    try (FakeAgent first = new FakeAgent(socket);
        Created created = create(true, "sleep", "600")) {
      created.container().start();
      first.received().close();
      Files.delete(socket);
      Process process =
          Process.of(List.of(TWO_FOLDERS))
              .with(
                  p -> {
                    p.env = List.of("PATH=/bin");
                    p.oomScoreAdj = 567;
                  });
      String own = Files.readString(Path.of("/proc/self/oom_score_adj"));
      try (FakeAgent agent = new FakeAgent(socket);
          Stdio stdio = bundle.stdio();
          ExecProcess started = created.container().exec(ExecOptions.of(process, stdio))) {
        int pid = started.process().pid();
        assertThat(Path.of("/proc/" + pid + "/oom_score_adj")).hasContent("567");
        assertThat(Path.of("/proc/self/oom_score_adj")).hasContent(own.strip());
        assertTold(agent.served(pid, Errno.EDQUOT), pid, "running", created.process().pid());
        assertThat(linux.processes().waitFor(started.process()).shellStatus()).isOne();
      }
      assertOneFolderOfTwo();
      created.container().kill(Signals.SIGKILL, false);
      linux.processes().waitFor(created.process());
      created.container().delete(false);
    }
  }

  @Test
  void shouldLetAnAgentAnswerForAHookInTheContainer() throws Exception {
    Hook hook = new Hook("/bin/mkdir", List.of(TWO_FOLDERS), List.of(), null);
    Hooks hooks = new Hooks(List.of(), List.of(), List.of(), List.of(hook), List.of(), List.of());
    try (FakeAgent first = new FakeAgent(socket);
        Stdio stdio = bundle.stdio();
        Created created =
            store.create(
                "c",
                bundle.of(
                    s -> {
                      notifying(s, false);
                      s.hooks = hooks;
                    },
                    "sleep",
                    "600"),
                CreateOptions.of(stdio))) {
      first.received().close();
      Files.delete(socket);
      assertThatThrownBy(() -> created.container().start())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("linux.seccomp.listenerPath: " + socket)
          .hasMessageContaining("there is no such socket");
      linux.processes().waitFor(created.process());
      created.container().delete(false);
    }
  }

  @Test
  void shouldMakeNoContainerWithoutItsAgent() {
    assertThatThrownBy(() -> create(true, TWO_FOLDERS))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("linux.seccomp.listenerPath: " + socket)
        .hasMessageContaining("there is no such socket");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void shouldLeaveNothingOfAFurtherProcessWhoseAgentIsGone() throws Exception {
    try (FakeAgent agent = new FakeAgent(socket);
        Created created = create(true, "sleep", "600")) {
      created.container().start();
      agent.received().close();
      Files.delete(socket);
      Process process =
          Process.of(List.of("mkdir", "/tmp/x")).with(p -> p.env = List.of("PATH=/bin"));
      try (Stdio stdio = bundle.stdio()) {
        assertThatThrownBy(() -> created.container().exec(ExecOptions.of(process, stdio)))
            .isInstanceOf(StartException.class)
            .hasMessageContaining("there is no such socket");
      }
      assertThat(created.container().pids()).containsExactly(created.process().pid());
      created.container().kill(Signals.SIGKILL, false);
      linux.processes().waitFor(created.process());
      created.container().delete(false);
    }
  }
}
