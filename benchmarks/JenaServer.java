import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.core.DatasetDescription;
import org.apache.jena.sparql.core.DynamicDatasets;
import org.apache.jena.system.Txn;
import org.apache.jena.update.UpdateExecutionFactory;
import org.apache.jena.update.UpdateFactory;

/**
 * Apache Jena with all graphs in memory as a SPARQL 1.1 server (Protocol 2, by POST of a form), each
 * request in a transaction: JenaServer PORT FILE...
 */
final class JenaServer {
    private static final Dataset DATASET = DatasetFactory.createTxnMem();

    public static void main(String[] arguments) throws IOException {
        Txn.executeWrite(DATASET, () -> {
            for (int i = 1; i < arguments.length; i++) {
                RDFDataMgr.read(DATASET, arguments[i]);
            }
        });
        int port = Integer.parseInt(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 64);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/", JenaServer::answer);
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        String path = exchange.getRequestURI().getPath();
        int status = 200;
        String type = "text/plain";
        try {
            if (path.equals("/query")) {
                Query query = QueryFactory.create(values(form, "query").get(0));
                type = query.isSelectType() || query.isAskType()
                    ? "application/sparql-results+json" : "application/n-triples";
                Txn.executeRead(DATASET, () -> query(query, form, content));
            } else if (path.equals("/update")) {
                String update = values(form, "update").get(0);
                Txn.executeWrite(DATASET, () ->
                    UpdateExecutionFactory.create(UpdateFactory.create(update), DATASET).execute());
            } else {
                status = 404;
            }
        } catch (RuntimeException error) {
            status = 400;
            content.reset();
            content.writeBytes(String.valueOf(error).getBytes(StandardCharsets.UTF_8));
        }
        send(exchange, status, type, content);
    }

    private static void send(
        HttpExchange exchange, int status, String type, ByteArrayOutputStream content
    ) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        boolean packed = accepted != null && accepted.contains("gzip") && content.size() > 0;
        if (packed) {
            headers.set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(status, packed ? 0 : content.size() == 0 ? -1 : content.size());
        try (exchange; OutputStream body = packed
                ? new GZIPOutputStream(exchange.getResponseBody()) : exchange.getResponseBody()) {
            content.writeTo(body);
        }
    }

    private static void query(Query query, String form, ByteArrayOutputStream content) {
        List<String> graphs = values(form, "default-graph-uri");
        List<String> named = values(form, "named-graph-uri");
        Dataset asked = DATASET;
        if (!graphs.isEmpty() || !named.isEmpty()) {
            asked = DynamicDatasets.dynamicDataset(
                DatasetDescription.create(graphs, named), DATASET, false);
        }
        try (QueryExecution execution = QueryExecutionFactory.create(query, asked)) {
            if (query.isSelectType()) {
                ResultSetFormatter.outputAsJSON(content, execution.execSelect());
            } else if (query.isAskType()) {
                ResultSetFormatter.outputAsJSON(content, execution.execAsk());
            } else if (query.isConstructType()) {
                RDFDataMgr.write(content, execution.execConstruct(), Lang.NTRIPLES);
            } else {
                RDFDataMgr.write(content, execution.execDescribe(), Lang.NTRIPLES);
            }
        }
    }

    private static List<String> values(String form, String name) {
        List<String> found = new ArrayList<>();
        for (String pair : form.split("&")) {
            if (pair.startsWith(name + "=")) {
                String value = pair.substring(name.length() + 1);
                found.add(URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return found;
    }
}
