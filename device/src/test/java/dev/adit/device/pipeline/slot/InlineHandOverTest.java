package dev.adit.device.pipeline.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.protocol.session.ThreadCiphers;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class InlineHandOverTest {
    private final List<String> steps = new ArrayList<>();
    private final Step slot = new Step();
    private final InlineHandOver<Step> handOver =
            new InlineHandOver<>(slot, released -> steps.add("release"));

    private final class Step extends Slot {
        @Override
        protected void number() {
            steps.add("number");
        }

        @Override
        protected void work(ThreadCiphers ciphers) {
            steps.add("work");
        }

        @Override
        protected void finish() {
            steps.add("finish");
        }

        @Override
        protected int bytes() {
            return 1;
        }

        @Override
        public void close() {
            steps.add("close");
        }
    }

    @Test
    void publishingDoesAllTheWorkAtOnce() {
        handOver.publish(handOver.take(), true);
        assertThat(steps).containsExactly("number", "work", "finish");
        handOver.publish(handOver.take(), false);
        assertThat(steps).hasSize(6);
    }

    @Test
    void itIsTheSameSlotAgainAndAgain() {
        assertThat(handOver.take()).isSameAs(slot);
        handOver.giveBack(slot);
        handOver.carry(slot);
        assertThat(handOver.take()).isSameAs(slot);
        assertThat(steps).containsExactly("number", "work", "finish");
    }

    @Test
    void closingReleasesTheSlotToItsOwner() {
        handOver.close();
        assertThat(steps).containsExactly("release");
    }
}
