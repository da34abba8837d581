package dev.adit.tools.quick;

import java.util.ArrayList;
import java.util.List;

/// A list of steps, in the order in which they are done. Immutable.
record Plan(List<Step> steps) {
    Plan {
        steps = List.copyOf(steps);
    }

    /// Joins lists of steps.
    @SafeVarargs
    static Plan of(List<Step>... parts) {
        List<Step> steps = new ArrayList<>();
        for (List<Step> part : parts) steps.addAll(part);
        return new Plan(steps);
    }

    /// The plan for people: each step as it is shown, with its standard input indented below.
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
