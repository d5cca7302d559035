//! The overview, signatures, suppressions, sinks, search and a laptop's time.

use super::*;
use model::Standing;

fn site() -> Site {
    let site = Site::signed_in();
    site.add_laptop("a-1", "Ada-PC");
    site.add_laptop("b-2", "Bob-PC");
    site.add_finding("a-1", &pikvm());
    site
}

/// Puts what was found into incidents.
fn gather(site: &Site) {
    use crate::incident;
    let close_quiet_after = jiff::SignedDuration::MAX;
    let rules = incident::Rules { learn_until: None, close_quiet_after };
    incident::of_laptop(&site.open(), "a-1", &rules, clock::now()).unwrap();
}

#[tokio::test]
async fn the_overview_says_what_needs_a_person_and_what_is_seen() {
    let mut site = site();
    site.get("/").await.says("No incident is open.");
    gather(&site);
    site.write(&format!(
        r#"update laptop set heard_at = '{}', agent = '0.1.0',
            sight = '{{"usb":"seeing","display":{{"blind":{{"source":"s","reason":"r"}}}}}}'
            where id = 'a-1';
        insert into sink (name, through, error) values ('siem', 0, 'connection refused');"#,
        clock::now()
    ));
    // What is seen is read once and kept for a minute.
    let mut other = Site { router: fresh(&site), ..site };
    let got = other.get("/").await;
    got.says("<a id=\"incident-1\" href=\"/incidents/1\">1: <bdi>A PiKVM is plugged in</bdi></a>");
    got.says("<tr><th scope=\"row\">an hour</th><td class=\"number\">1</td><td class=\"number\">50.0 %</td>");
    got.says(
        "<th scope=\"row\">display</th><td class=\"number\">0</td><td class=\"number warn\">1</td>",
    );
    got.says("<th scope=\"row\">usb</th><td class=\"number\">1</td><td class=\"number\">0</td>");
    got.says("<b>siem</b>: 1 event waiting");
    got.says("connection refused");
    other.write("update incident set assignee = 'ada', state = 'acknowledged'");
    other.get("/").await.says("What you acknowledged and is not closed");
}

/// Another console over the same store.
fn fresh(site: &Site) -> Router {
    let changes = site.changes.subscribe();
    let learn_until = Some(at("2099-01-01T00:00:00Z"));
    let second_factor = SecondFactor::Optional;
    let store = site.store.clone();
    router(Console { store, changes, session: HOUR, second_factor, provider: None, learn_until })
        .unwrap()
}

#[tokio::test]
async fn who_learns_says_so() {
    let site = site();
    let mut learning = Site { router: fresh(&site), ..site };
    let got = learning.get("/").await;
    got.says("The collector is learning until <time datetime=\"2099-01-01T00:00:00Z\">");
}

#[tokio::test]
async fn signatures_are_counted_as_findings_come_and_go() {
    let mut site = site();
    let lead = Finding { standing: Standing::Lead, title: "A lead".to_owned(), ..pikvm() };
    site.add_finding("b-2", &lead);
    let list = site.get("/signatures").await;
    list.says("<a href=\"/signatures/kvm.pikvm\"><bdi>A lead</bdi></a>");
    list.says("<td class=\"number\">2</td>\n<td class=\"number\">100.0 %</td>\n<td class=\"number\">2</td>");
    site.write("update finding set closed_at = '2026-11-25T00:00:00Z' where laptop = 'b-2'");
    site.write("update finding set last_at = '2026-11-26T00:00:00Z' where laptop = 'a-1'");
    let one = site.get("/signatures/kvm.pikvm").await;
    one.says("<dd>1 laptop, 50.0 % of 2</dd>");
    one.says("<time datetime=\"2026-11-26T00:00:00Z\">");
    one.says("<tr><th scope=\"row\">2026-11-23</th><td class=\"number\">2</td></tr>");
    one.says("<code>docs/signatures/kvm/pikvm.md</code>");
    one.says("<a href=\"/laptops/a-1\"><bdi>Ada-PC</bdi></a>");
    one.says_not("Bob-PC");
    one.says("/suppressions?signature=kvm.pikvm#new");
    site.write("delete from finding where laptop = 'a-1'");
    site.get("/signatures/kvm.pikvm").await.says("It holds nowhere now.");
    assert_eq!(site.texts("select ever || ' ' || holds from signature"), ["1 0"]);
    site.get("/signatures?text=no-such").await.says("No signature is like this.");
}

#[tokio::test]
async fn a_suppression_is_made_listed_and_ended() {
    let mut site = site();
    let got = site.get("/suppressions?laptop=a-1").await;
    got.says("Nothing is suppressed.");
    got.says("name=\"laptop\" value=\"a-1\"");
    for (form, why) in [
        ("why=x&days=3", "this would silence everything"),
        ("tool=anydesk&why=+&days=3", "Say why, for those who come after."),
        ("tool=anydesk&why=kept&days=0", "It ends after 1 to 400 days."),
        ("tool=anydesk&why=kept&days=", "It ends after 1 to 400 days."),
        ("laptop=zzz&why=kept&days=3", "There is no laptop with this id."),
    ] {
        let got = site.post("/suppressions", &format!("csrf=token&{form}")).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        got.says(why);
        assert_eq!(got.text.contains(">kept</textarea>"), form.contains("kept"), "{form}");
    }
    let form = "csrf=token&tool=anydesk&group=it&why=help+desk&days=90";
    site.post("/suppressions", form).await.leads_to("/suppressions");
    site.get("/suppressions").await.says("1: <bdi>tool anydesk, group it</bdi>");
    assert_eq!(site.post("/suppressions/1/end", "csrf=no").await.status, StatusCode::FORBIDDEN);
    site.post("/suppressions/1/end", "csrf=token").await.leads_to("/suppressions");
    site.get("/suppressions").await.says(", by hand</td>");
    let again = site.post("/suppressions/1/end", "csrf=token").await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let audit = "select action from audit where action like 'suppression.%' order by id";
    assert_eq!(site.texts(audit), ["suppression.add", "suppression.end"]);
}

#[tokio::test]
async fn sinks_say_what_waits_and_what_was_given_up() {
    let mut site = site();
    site.get("/sinks").await.says("Incidents are sent nowhere.");
    gather(&site);
    site.write(
        "insert into sink (name, through, sent, refused, failed, last_at, error) values ('file', 1, 7, 0, 0, '2026-11-24T09:00:00Z', null);
         insert into sink (name, through, sent, refused, failed, last_at, error) values ('siem', 0, 3, 1, 12, null, 'it says <b>no</b>');
         insert into dead_letter select 'siem', number, at, 'too large', what, body from event;",
    );
    let got = site.get("/sinks").await;
    got.says("takes what it is sent");
    got.says("it says &#60;b&#62;no&#60;/b&#62;");
    got.says("1: opened of <a href=\"/incidents/1\">incident 1</a>");
    got.says("<bdi>too large</bdi>");
}

#[tokio::test]
async fn one_box_finds_laptops_people_incidents_and_signatures() {
    let mut site = site();
    gather(&site);
    site.write(
        r#"update laptop set serial = '5CG1234XYZ' where id = 'b-2';
        insert into asset values ('5CG1234XYZ', null, '{"serial":"5CG1234XYZ","person":"Bettina Müller"}', 'x');
        insert into laptop (id, host, platform, enrolled_at, not_after)
            values ('c-3', 'old-name', 'linux', '2026-11-01T00:00:00Z', '2027-11-01T00:00:00Z');
        update laptop set host = 'Cleo-PC' where id = 'c-3';"#,
    );
    for (words, found) in [
        ("ada", "/laptops/a-1\""),
        ("ADA-P", "/laptops/a-1\""),
        ("5cg12", "/laptops/b-2\""),
        ("m%C3%BCll", "<bdi>Bettina Müller</bdi>"),
        ("cleo", "/laptops/c-3\""),
        ("c-3", "/laptops/c-3\""),
        ("pikvm+plug", "/incidents/1\""),
        ("kvm.pik", "/signatures/kvm.pikvm\""),
        ("1", "Finding 1: "),
        ("%231", "Incident 1: "),
    ] {
        let got = site.get(&format!("/search?q={words}")).await;
        assert_eq!(got.status, StatusCode::OK, "{words}");
        got.says(found);
    }
    for words in ["old-name", "%22", "a%22+OR+b*", "nobody", "%28"] {
        site.get(&format!("/search?q={words}")).await.says("Nothing begins with");
    }
    site.get("/search").await.says("Type the beginning of one or more words");
    let long = "x".repeat(201);
    let got = site.get(&format!("/search?q={long}")).await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    // A list that is taken in again names nobody twice.
    site.write(
        r#"insert or replace into asset values ('5CG1234XYZ', null, '{"person":"Eve"}', 'x')"#,
    );
    assert_eq!(site.texts("select person from asset_text"), ["Eve"]);
    site.write("delete from asset");
    assert_eq!(site.texts("select person from asset_text"), [""; 0]);
}

#[tokio::test]
async fn a_laptops_time_is_a_picture_and_a_table() {
    let mut site = site();
    gather(&site);
    let closed = Some(at("2026-11-24T10:00:00Z"));
    let lead =
        Finding { signature: "kvm.lead".to_owned(), standing: Standing::Lead, closed, ..pikvm() };
    site.add_finding("a-1", &lead);
    site.write(
        "insert into lapse values ('a-1', 'blind usb', '2026-11-24T09:00:00Z', 'no <right>')",
    );
    let got = site.get("/laptops/a-1").await;
    got.says("<title id=\"lanes-title\">What was found on this laptop, from when to when</title>");
    got.says(">incidents</text>");
    got.says(">kvm: usb 1-4</text>");
    got.says("<rect class=\"incident\"");
    got.says("<rect class=\"lead\"");
    got.says("<title>A PiKVM is plugged in: 2026-11-24 09:00 UTC to now</title>");
    got.says("<td>2026-11-24 09:00 UTC</td><td>2026-11-24 10:00 UTC</td>");
    got.says("<th scope=\"row\">blind usb</th>");
    got.says("no &#60;right&#62;");
    got.says("/suppressions?laptop=a-1#new");
    assert_eq!(got.text.matches("<path class=\"goes-on\"").count(), 2);
    site.get("/laptops/b-2").await.says_not("<svg class=\"lanes\"");
}
