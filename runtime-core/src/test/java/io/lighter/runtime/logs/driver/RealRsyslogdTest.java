package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import io.lighter.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What rsyslog makes of our messages. */
@RequiresTool(value = "rsyslogd", debianPackage = "rsyslog")
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = Resource.CGROUP)
class RealRsyslogdTest {
  private static final long TIME = 1_767_323_045_060_700_000L;

  @TempDir private Path folder;
  private Process rsyslogd;

  @BeforeEach
  void start() throws IOException {
    String config =
        """
        global(workDirectory="DIR")
        module(load="imtcp")
        module(load="imuxsock" SysSock.Use="off")
        input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="DIR/port")
        input(type="imuxsock" Socket="DIR/socket" RateLimit.Interval="0")
        template(name="fields" type="string" string=
          "%syslogfacility-text% %syslogseverity-text% %hostname% %app-name% %procid%:%msg%\\n")
        action(type="omfile" file="DIR/out" template="fields")
        """;
    Path file =
        Files.writeString(folder.resolve("rsyslog.conf"), config.replace("DIR", folder.toString()));
    rsyslogd =
        new ProcessBuilder(
                Tools.find("rsyslogd").orElseThrow().toString(),
                "-n",
                "-f",
                file.toString(),
                "-i",
                folder.resolve("pid").toString())
            .inheritIO()
            .start();
    await()
        .until(
            () ->
                Files.exists(folder.resolve("socket"))
                    && Files.exists(folder.resolve("port"))
                    && Files.size(folder.resolve("port")) > 0);
  }

  @AfterEach
  void stop() throws InterruptedException {
    rsyslogd.destroy();
    rsyslogd.waitFor();
  }

  private static void send(String address, String format) {
    Map<String, String> options =
        Map.of(
            "syslog-address",
            address,
            "syslog-format",
            format,
            "syslog-facility",
            "local3",
            "tag",
            "{{.Name}}");
    try (LogSink sink = LogDrivers.standard(Runnable::run).open("syslog", Containers.web(), options)) {
      TextBatch.appendAll(sink, TIME, format + " out\n");
      sink.append(TextBatch.stderr(TIME, format + " err\n"));
    }
  }

  @Test
  void shouldBeUnderstood() throws IOException {
    String tcp = "tcp://127.0.0.1:" + Files.readString(folder.resolve("port")).strip();
    send(tcp, "rfc3164");
    send(tcp, "rfc5424");
    send(tcp, "rfc5424micro");
    send("unixgram://" + folder.resolve("socket"), "");
    String host = Linux.kernel().uname().nodename();
    String web = host + " web " + ProcessHandle.current().pid() + ":";
    Path out = folder.resolve("out");
    await()
        .untilAsserted(
            () ->
                assertThat(Files.readAllLines(out))
                    .containsExactlyInAnyOrder(
                        "local3 info " + web + " rfc3164 out",
                        "local3 err " + web + " rfc3164 err",
                        "local3 info " + web + "rfc5424 out",
                        "local3 err " + web + "rfc5424 err",
                        "local3 info " + web + "rfc5424micro out",
                        "local3 err " + web + "rfc5424micro err",
                        "local3 info " + web + "  out",
                        "local3 err " + web + "  err"));
  }
}
