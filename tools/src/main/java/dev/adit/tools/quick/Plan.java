package dev.adit.tools.quick;

import java.util.ArrayList;
import java.util.List;

/// Steps in the order in which they are done. Immutable.
record Plan(List<Step> steps) {
    Plan {
        steps = List.copyOf(steps);
    }

    /// All of these, one after the other.
    @SafeVarargs
    static Plan of(List<Step>... parts) {
        List<Step> steps = new ArrayList<>();
        for (List<Step> part : parts) steps.addAll(part);
        return new Plan(steps);
    }

    /// The plan for people: each step as it would be shown, what it would be given indented below.
    String print() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            text.append("[#] ").append(step.echo()).append('\n');
            if (step.input() != null) {
                step.input().lines().forEach(line -> text.append("    ").append(line).append('\n'));
            }
        }
        return text.toString();
    }
}
