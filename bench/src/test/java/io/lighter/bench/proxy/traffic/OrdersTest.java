package io.lighter.bench.proxy.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.bench.proxy.traffic.Order.Mode;
import io.lighter.bench.report.Percentiles;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What the bench and its client say to each other. */
class OrdersTest {
  @Test
  void shouldReadAnOrderAgain() {
    Order order = new Order(Mode.RATE, "10.77.1.1", 4711, 16, 1.5, 40_000.25);

    assertThat(order.line()).isEqualTo("rate 10.77.1.1 4711 16 1.5 40000.25");
    assertThat(Order.parse(order.line())).isEqualTo(order);
  }

  @Test
  void shouldRefuseWhatIsNoOrder() {
    assertThatThrownBy(() -> Order.parse("turns 127.0.0.1"))
        .hasMessage("an order has six words: turns 127.0.0.1");
  }

  @Test
  void shouldReadAnAnswerAgain() {
    Histogram times = Percentiles.histogram();
    times.recordValue(50_000);
    times.recordValue(70_000_000);
    Answer answer = new Answer(123.5, 7904, 2, times, 987_654_321, List.of(1, 0, 12));

    Answer read = Answer.parse(answer.line());

    assertThat(read).isEqualTo(answer);
    assertThat(read.times().getMaxValue()).isEqualTo(times.getMaxValue());
  }

  @Test
  void shouldReadAnAnswerWithoutProgress() {
    Answer answer = new Answer(0, 0, 0, new Histogram(1), 5, List.of());

    assertThat(Answer.parse(answer.line()).progress()).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNoAnswer() {
    assertThatThrownBy(() -> Answer.parse("Exception in thread"))
        .hasMessage("no answer of a client: Exception in thread");
  }
}
