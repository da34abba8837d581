package dev.adit.architecture;

import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/// The links between the Markdown pages of a folder, and to its other files. Not thread-safe.
///
/// Links to other sites are not looked at.
final class MarkdownLinks {
    private final Path root;
    private final Map<Path, Node> pages = new HashMap<>();

    /// @param root an absolute path, which no link may leave
    MarkdownLinks(Path root) {
        this.root = root;
    }

    /// The links of `page` that lead nowhere, each with what is wrong.
    List<String> broken(Path page) throws IOException {
        List<String> broken = new ArrayList<>();
        for (String target : targets(page)) {
            if (target.matches("[a-z]+:.*")) continue;
            String problem = problem(page, target);
            if (problem != null) broken.add(root.relativize(page) + ": " + target + problem);
        }
        return broken;
    }

    private String problem(Path page, String target) throws IOException {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (!file.startsWith(root) || !Files.exists(file)) return " is not there";
        if (hash < 0) return null;
        return anchors(file).contains(target.substring(hash + 1)) ? null : " has no such heading";
    }

    private Node parse(Path page) throws IOException {
        Node parsed = pages.get(page);
        if (parsed == null) {
            parsed = Parser.builder().build().parse(Files.readString(page));
            pages.put(page, parsed);
        }
        return parsed;
    }

    private List<String> targets(Path page) throws IOException {
        List<String> targets = new ArrayList<>();
        parse(page)
                .accept(
                        new AbstractVisitor() {
                            @Override
                            public void visit(Link link) {
                                targets.add(link.getDestination());
                                visitChildren(link);
                            }

                            @Override
                            public void visit(Image image) {
                                targets.add(image.getDestination());
                            }
                        });
        return targets;
    }

    /// The names that a page's headings have in links, as code hosts make them.
    private TreeSet<String> anchors(Path page) throws IOException {
        TreeSet<String> anchors = new TreeSet<>();
        parse(page)
                .accept(
                        new AbstractVisitor() {
                            @Override
                            public void visit(Heading heading) {
                                String anchor = anchor(text(heading));
                                String unique = anchor;
                                for (int i = 1; !anchors.add(unique); i++) {
                                    unique = anchor + "-" + i;
                                }
                            }
                        });
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(
                new AbstractVisitor() {
                    @Override
                    public void visit(Text part) {
                        text.append(part.getLiteral());
                    }

                    @Override
                    public void visit(Code part) {
                        text.append(part.getLiteral());
                    }
                });
        return text.toString();
    }
}
