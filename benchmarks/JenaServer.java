import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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

/** Apache Jena's query engine over a graph in memory, as a SPARQL endpoint: JenaServer PORT FILE... */
final class JenaServer {
    public static void main(String[] arguments) throws IOException {
        Dataset dataset = DatasetFactory.createGeneral();
        for (int i = 1; i < arguments.length; i++) {
            RDFDataMgr.read(dataset, arguments[i]);
        }
        int port = Integer.parseInt(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 64);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/sparql", exchange -> answer(exchange, dataset));
        server.start();
    }

    private static void answer(HttpExchange exchange, Dataset dataset) throws IOException {
        int status = 200;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            Query query = QueryFactory.create(query(exchange));
            try (QueryExecution execution = QueryExecutionFactory.create(query, dataset)) {
                write(query, execution, content);
            }
        } catch (RuntimeException error) {
            status = 400;
            content.reset();
            content.writeBytes(String.valueOf(error).getBytes(StandardCharsets.UTF_8));
        }
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        exchange.sendResponseHeaders(status, 0);
        try (OutputStream body = new GZIPOutputStream(exchange.getResponseBody())) {
            content.writeTo(body);
        }
    }

    private static String query(HttpExchange exchange) throws IOException {
        String form = exchange.getRequestURI().getRawQuery();
        if (exchange.getRequestMethod().equals("POST")) {
            form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        }
        String value = form.substring(form.indexOf("query=") + "query=".length());
        return URLDecoder.decode(value, StandardCharsets.UTF_8);
    }

    private static void write(Query query, QueryExecution execution, OutputStream content) {
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
