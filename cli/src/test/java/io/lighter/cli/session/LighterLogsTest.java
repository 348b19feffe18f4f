package io.lighter.cli.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lighter run --log-driver} and {@code lighter logs} as a person types them. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class LighterLogsTest {
  @TempDir private Path folder;

  private LighterCommand lighter;
  private Path log;

  @BeforeEach
  void prepare() {
    lighter = new LighterCommand(folder.resolve("state"));
    log = folder.resolve("log");
  }

  private String[] run(String driver, String... more) {
    List<String> all = new ArrayList<>(List.of("run", "--log-driver", driver));
    all.addAll(List.of("--log-opt", "path=" + log));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private String[] logs(String... options) {
    List<String> all = new ArrayList<>(List.of("logs"));
    all.addAll(List.of(options));
    all.add(log.toString());
    return all.toArray(String[]::new);
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as("after " + text).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "json-file", "local"})
  void shouldShowWhatIsWrittenAndKeepIt(String driver) throws Exception {
    String script = "echo out; echo err >&2; sleep 0.1; printf 'no newline'; exit 7";
    assertThat(lighter.run(run(driver, "host", "sh", "-c", script)))
        .isEqualTo(new Outcome(7, "out\nno newline", "err\n"));
    // As with Docker, its formats have no newline where there was none.
    String end = driver.equals("native") ? "\n" : "";
    assertThat(lighter.run(logs())).isEqualTo(new Outcome(0, "out\nno newline" + end, "err\n"));

    assertThat(lighter.run(run(driver, "host", "seq", "100000")).output()).endsWith("\n100000\n");
    assertThat(lighter.run(logs("--tail", "2"))).isEqualTo(new Outcome(0, "99999\n100000\n", ""));
    assertThat(lighter.run(logs("-n", "100001")).output())
        .startsWith("no newline" + end + "1\n2\n3\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "json-file", "local"})
  void shouldTellTimesAndDetails(String driver) throws Exception {
    String[] run =
        run(
            driver,
            "--log-opt",
            "labels=team",
            "--log-opt",
            "env=STAGE",
            "-l",
            "team=blue & green",
            "-l",
            "other=x",
            "-e",
            "STAGE=test",
            "host",
            "sh",
            "-c",
            "echo first; sleep 1.2; echo second");
    assertThat(lighter.run(run).status()).isZero();
    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z";
    String details = "STAGE=test,team=blue+%26+green";
    Outcome all = lighter.run(logs("-t", "--details"));
    assertThat(all.output().lines().toList())
        .hasSize(2)
        .first()
        .asString()
        .matches(time + Pattern.quote(" " + details + " first"));
    String second = all.output().lines().toList().get(1).substring(0, 30);
    assertThat(lighter.run(logs("--since", second)).output()).isEqualTo("second\n");
    assertThat(lighter.run(logs("--since", "1h")).output()).isEqualTo("first\nsecond\n");
    assertThat(lighter.run(logs("--until", "1h")).output()).isEmpty();
    assertThat(lighter.run("logs", log.toString(), "--until=0", "-n1").output()).isEmpty();
  }

  @Test
  void shouldShowAPromptBeforeItIsAnswered() throws Exception {
    Process process =
        lighter.start(
            run("native", "-i", "host", "sh", "-c", "printf 'name: '; read x; echo hello $x"));
    assertThat(readUntil(process.getInputStream(), ": ")).isEqualTo("name: ");
    process.getOutputStream().write("you\n".getBytes(UTF_8));
    process.getOutputStream().close();
    assertThat(readUntil(process.getInputStream(), "\n")).isEqualTo("hello you\n");
    assertThat(process.waitFor()).isZero();
    assertThat(lighter.run(logs()).output()).isEqualTo("name: hello you\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "json-file"})
  void shouldKeepWhatATerminalShows(String driver) throws Exception {
    Outcome shown =
        lighter.run(run(driver, "-t", "host", "sh", "-c", "test -t 1 && echo yes; echo no >&2"));
    assertThat(shown).isEqualTo(new Outcome(0, "yes\r\nno\r\n", ""));
    assertThat(lighter.run(logs())).isEqualTo(new Outcome(0, "yes\r\nno\r\n", ""));
  }

  @Test
  void shouldFollowAContainerByItsNameUntilItEnds() throws Exception {
    Process web =
        lighter.start(
            "run",
            "--name",
            "web",
            "--log-driver",
            "native",
            "-i",
            "host",
            "sh",
            "-c",
            "echo started; read x; echo $x");
    assertThat(readUntil(web.getInputStream(), "\n")).isEqualTo("started\n");
    Process follower = lighter.start("logs", "-f", "web");
    assertThat(readUntil(follower.getInputStream(), "\n")).isEqualTo("started\n");
    web.getOutputStream().write("going on\n".getBytes(UTF_8));
    web.getOutputStream().close();
    assertThat(readUntil(follower.getInputStream(), "\n")).isEqualTo("going on\n");
    assertThat(web.waitFor()).isZero();
    assertThat(follower.waitFor()).isZero();
    assertThat(lighter.run("logs", "web").output()).isEqualTo("started\ngoing on\n");
  }

  @Test
  void shouldGoOnForWhoHasSeenEnough() throws Exception {
    Process process = lighter.start(run("json-file", "host", "seq", "300000"));
    assertThat(readUntil(process.getInputStream(), "\n")).isEqualTo("1\n");
    process.getInputStream().close();
    assertThat(process.waitFor()).isZero();
    assertThat(lighter.run(logs("--tail", "1")).output()).isEqualTo("300000\n");
  }

  @Test
  @RequiresTool(value = "rsyslogd", debianPackage = "rsyslog")
  void shouldSendToSyslogAndShow() throws Exception {
    Path socket = folder.resolve("socket");
    String config =
        """
        module(load="imuxsock" SysSock.Use="off")
        input(type="imuxsock" Socket="DIR/socket" RateLimit.Interval="0")
        template(name="fields" type="string" string="%syslogseverity-text% %app-name%:%msg%\\n")
        action(type="omfile" file="DIR/out" template="fields")
        """;
    Path file =
        Files.writeString(folder.resolve("rsyslog.conf"), config.replace("DIR", folder.toString()));
    Process rsyslogd =
        new ProcessBuilder(
                Tools.find("rsyslogd").orElseThrow().toString(),
                "-n",
                "-f",
                file.toString(),
                "-i",
                folder.resolve("pid").toString())
            .inheritIO()
            .start();
    try {
      while (!Files.exists(socket)) {
        Thread.sleep(20);
      }
      Outcome shown =
          lighter.run(
              "run",
              "--name",
              "web",
              "--log-driver=syslog",
              "--log-opt=syslog-address=unixgram://" + socket,
              "--log-opt=tag={{.Name}}",
              "host",
              "sh",
              "-c",
              "echo out; echo err >&2");
      assertThat(shown).isEqualTo(new Outcome(0, "out\n", "err\n"));
      Path out = folder.resolve("out");
      while (!Files.exists(out) || !Files.readString(out).contains("err web: err")) {
        Thread.sleep(20);
      }
      assertThat(out).content().contains("info web: out");
      assertThat(lighter.run("logs", "web").error()).contains("no container named web");
    } finally {
      rsyslogd.destroy();
      rsyslogd.waitFor();
    }
  }

  @Test
  void shouldRefuseWhatCannotBe() throws Exception {
    Outcome nowhere = lighter.run("run", "--log-driver", "native", "host", "true");
    assertThat(nowhere.status()).isEqualTo(125);
    assertThat(nowhere.error())
        .startsWith("lighter run: the log driver native keeps files")
        .contains("--log-opt path=FOLDER");
    assertThat(lighter.run("run", "--log-driver", "nothing", "host", "true").error())
        .contains("no log driver named 'nothing'");
    assertThat(lighter.run(run("native", "--log-opt", "no-such=1", "host", "true")).error())
        .contains("unknown log opt 'no-such' for native");
    assertThat(lighter.run("run", "--log-opt", "mode=blocking", "host", "true").error())
        .contains("--log-opt needs --log-driver");
    Outcome unreachable =
        lighter.run(
            "run",
            "--log-driver=syslog",
            "--log-opt=syslog-address=unixgram://" + folder.resolve("none"),
            "host",
            "true");
    assertThat(unreachable.status()).isEqualTo(125);
    assertThat(unreachable.error()).contains("none");
    assertThat(lighter.run(logs()).error()).contains("there is no log in " + log);
    assertThat(lighter.run("logs", "web").error()).contains("no container named web");
    assertThat(lighter.run("logs").error()).contains("takes the name of one container");
    assertThat(lighter.run("logs", "--since", "soon", "./x").error())
        .contains("invalid argument \"soon\" for \"--since\" flag");
  }
}
