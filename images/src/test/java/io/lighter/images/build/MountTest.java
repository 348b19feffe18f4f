package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.store.ImageRecord;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RUN --mount, --network, --security. */
@RequiresRoot
@RequiresTool("busybox")
@LeavesNothing(cgroups = "/lighter/")
class MountTest {
  @TempDir Path folder;
  private BuildFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    fixture.file("src/a", "content of a").file("src/b", "b");
  }

  private Path run(String... lines) throws IOException {
    return fixture.export(
        "FROM busybox\n" + String.join("\n", lines) + "\n", folder.resolve("out"));
  }

  @Test
  void shouldBindTheContext() throws IOException {
    Path out =
        run(
            "RUN --mount=type=bind,source=src,target=/m cat /m/a > /x; touch /m/no || echo ro >"
                + " /y");
    assertThat(out.resolve("x")).hasContent("content of a");
    assertThat(out.resolve("y")).hasContent("ro");
    assertThat(out.resolve("m")).doesNotExist();
  }

  @Test
  void shouldBindNothingThatIsIgnored() throws IOException {
    fixture.file(".dockerignore", "src/b\n");
    Path out = run("RUN --mount=source=.,target=/m find /m -type f | sort > /x");
    assertThat(out.resolve("x")).hasContent("/m/.dockerignore\n/m/src/a");
  }

  @Test
  void shouldThrowAwayWhatIsWrittenToABind() throws IOException {
    Path out = run("RUN --mount=source=src,target=/m,rw echo new > /m/a; rm /m/b; cp -r /m /copy");
    assertThat(out.resolve("copy/a")).hasContent("new");
    assertThat(fixture.context.resolve("src/a")).hasContent("content of a");
    assertThat(fixture.context.resolve("src/b")).exists();
  }

  @Test
  void shouldBindStagesAndImages() throws IOException {
    Path out =
        fixture.export(
            """
            FROM busybox AS tools
            RUN mkdir -p /opt/t && echo tool > /opt/t/x
            FROM busybox
            RUN --mount=from=tools,source=/opt/t,target=/t cat /t/x > /1
            RUN --mount=from=tools,target=/all,rw cat /all/opt/t/x > /2; rm /all/opt/t/x
            RUN --mount=from=busybox,source=/etc/passwd,target=/p cat /p > /3
            """,
            folder.resolve("out"));
    assertThat(out.resolve("1")).hasContent("tool");
    assertThat(out.resolve("2")).hasContent("tool");
    assertThat(out.resolve("3")).content().contains("ann");
    assertThatThrownBy(() -> run("RUN --mount=from=busybox,source=/nothing,target=/x true"))
        .hasMessageContaining("/nothing is not in the image busybox");
  }

  @Test
  void shouldKeepCachesFromBuildToBuild() throws IOException {
    String use = "RUN --mount=type=cache,target=/c,id=one%s echo %d >> /c/f; cat /c/f > /f\n";
    run(use.formatted("", 1));
    Path out = run(use.formatted(",sharing=locked", 2));
    assertThat(out.resolve("f")).hasContent("1\n2");
    assertThat(out.resolve("c")).doesNotExist();
    out = run(use.formatted(",sharing=private", 3).replace("id=one", "id=two"));
    assertThat(out.resolve("f")).hasContent("3");
    out =
        run(
            "RUN --mount=type=cache,target=/c,uid=1000,gid=50,mode=0700 stat -c '%u %g %a' /c >"
                + " /f");
    assertThat(out.resolve("f")).hasContent("1000 50 700");
    out = run("RUN --mount=type=cache,target=/c,id=three,from=busybox,source=/etc ls /c > /f");
    assertThat(out.resolve("f")).hasContent("group\npasswd");
  }

  @Test
  void shouldMountMemory() throws IOException {
    Path out =
        run("RUN --mount=type=tmpfs,target=/t,size=1m df /t | grep -c 1024 > /x; touch /t/y");
    assertThat(out.resolve("x")).hasContent("1");
    assertThat(out.resolve("t")).doesNotExist();
  }

  @Test
  void shouldLeaveNoSecretAnywhere() throws IOException {
    String word = "hush-" + "hush-9000";
    ImageRecord image =
        fixture.build(
            """
            FROM busybox
            RUN --mount=type=secret,id=s cat /run/secrets/s | sha256sum > /sum; stat -c '%a %u' /run/secrets/s >> /sum
            RUN --mount=type=secret,id=s,target=/etc/deep/er/key,mode=0444,uid=7 stat -c '%a %u' /etc/deep/er/key > /stat
            RUN --mount=type=secret,id=s,env=KEY test -n "$KEY" && echo "${#KEY}" > /length
            RUN --mount=type=secret,id=none test ! -e /run/secrets/none
            """,
            r -> r.secrets = Map.of("s", () -> word.getBytes(UTF_8)));
    assertThat(layer(image, 2).resolve("sum")).content().contains("400 0");
    assertThat(layer(image, 3).resolve("stat")).hasContent("444 7");
    assertThat(layer(image, 3).resolve("etc")).doesNotExist();
    assertThat(layer(image, 2).resolve("run")).doesNotExist();
    assertThat(layer(image, 4).resolve("length")).hasContent("14");
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(word);
      }
    }
    assertThat(fixture.progress.events.toString()).doesNotContain(word);
  }

  private Path layer(ImageRecord image, int number) {
    return fixture.store.layers().folder(image.diffIds().get(number - 1));
  }

  @Test
  void shouldReachAnAgent() throws IOException {
    // A file stands for the socket: it is the mount that matters.
    Path socket = Files.writeString(folder.resolve("agent"), "agent");
    fixture.build(
        "FROM busybox\nRUN --mount=type=ssh cat $SSH_AUTH_SOCK; echo \" $SSH_AUTH_SOCK\"\n",
        r -> r.sshSockets = Map.of("default", socket));
    assertThat(fixture.progress.output).containsExactly("out agent /run/buildkit/ssh_agent.0");
  }

  @Test
  void shouldGiveTheNetworkThatWasAskedFor() throws IOException {
    fixture.build("FROM busybox\nRUN --network=none ip link | grep -c '^[0-9]'\n");
    assertThat(fixture.progress.output).containsExactly("out 1");
    fixture.build("FROM busybox\nRUN readlink /proc/self/ns/net\n");
    assertThat(fixture.progress.output)
        .containsExactly("out " + Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
    fixture.build(
        "FROM busybox\nRUN ip link | grep -c '^[0-9]'\n", r -> r.network = BuildNetwork.NONE);
    assertThat(fixture.progress.output).containsExactly("out 1");
    fixture.build(
        "FROM busybox\nRUN grep x.test /etc/hosts\n", r -> r.hosts = Map.of("x.test", "10.0.0.7"));
    assertThat(fixture.progress.output).containsExactly("out 10.0.0.7\tx.test");
  }

  @Test
  void shouldConfineCommands() throws IOException {
    fixture.build(
        "FROM busybox\nRUN unshare -m true || echo refused; grep Seccomp: /proc/self/status\n");
    assertThat(fixture.progress.output).contains("out refused", "out Seccomp:\t2");
    fixture.build(
        "FROM busybox\nRUN --security=insecure unshare -m true && echo allowed\n",
        r -> r.allowInsecure = true);
    assertThat(fixture.progress.output).containsExactly("out allowed");
    fixture.build("FROM busybox\nRUN df /dev/shm | grep -o ' 2048 '\n", r -> r.shmBytes = 2 << 20);
  }
}
