package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Linux;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tags as Docker's templates make them. */
class LogTagTest {
  private static String tag(String template) {
    LogOptions options =
        new LogOptions("gelf", Map.of("tag", template, "labels", "tier", "env", "STAGE,NONE"));
    return LogTag.of(Containers.web(), options, LogTag.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "''                                  ~ 0123456789ab",
        "plain                               ~ plain",
        "{{.ID}}                             ~ 0123456789ab",
        "{{.Name}}/{{.ImageName}}            ~ web/nginx:1.27",
        "a{{ .Name }}b                       ~ awebb",
        "{{.FullID}}                         ~"
            + " 0123456789abcdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcdefcdef",
        "{{.ContainerName}}                  ~ /web",
        "{{.ImageID}}                        ~ sha256:fedcb",
        "{{.ImageFullID}}                    ~ sha256:fedcba9876543210",
        "{{.Command}}                        ~ nginx -g daemon off;",
        "{{.DaemonName}}                     ~ lighter",
        "{{upper .Name}}                     ~ WEB",
        "{{.Name | title}}                   ~ Web",
        "{{.ImageName | upper | lower}}      ~ nginx:1.27",
        "{{truncate .ID 4}}                  ~ 0123",
        "x{{pad .Name 1 2}}x                 ~ x web  x",
        "{{json .Name}}                      ~ \"web\"",
        "{{index .ContainerLabels \"tier\"}} ~ front",
        "x{{index .ContainerLabels \"no\"}}x ~ xx",
        "{{(.ExtraAttributes nil).STAGE}}    ~ test",
        "{{(.ExtraAttributes nil).tier}}     ~ front",
        "{{(.ExtraAttributes nil).NONE}}     ~ <no value>",
        "}}{{.Name}}                         ~ }}web",
      })
  void shouldRender(String template, String tag) {
    assertThat(tag(template)).isEqualTo(tag);
  }

  @Test
  void shouldKnowTheHost() {
    assertThat(tag("{{.Hostname}}")).isEqualTo(Linux.kernel().uname().nodename());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{{.Nmae}}                        ~ .Nmae",
        "{{if .Name}}x{{end}}             ~ if",
        "{{- .Name }}                     ~ -",
        "{{.Name                          ~ no }}",
        "{{}}                             ~ {{}}",
        "{{.Name .ID}}                    ~ .ID",
        "{{split .Name \",\"}}            ~ split",
        "{{truncate .Name}}               ~ truncate has wrong arguments",
        "{{.ContainerLabels}}             ~ a map as a text",
        "{{(.ExtraAttributes nil)}}       ~ a map as a text",
        "{{.Name | .ID}}                  ~ .ID",
        "{{$x := .Name}}                  ~ $x",
      })
  void shouldRefuseByName(String template, String says) {
    assertThatThrownBy(() -> tag(template))
        .isInstanceOf(LogOptionException.class)
        .hasMessageContaining(says);
  }
}
