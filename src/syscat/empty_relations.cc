#include "syscat/relations.h"

namespace ordinal::syscat {

// Clients such as psql join these when they describe a table.
std::span<const Relation> EmptyRelations() {
  static const Relation relations[] = {
      Relation(2605, catalog::kPgCatalogSchema, "pg_cast",
               "oid oid!, castsource oid!, casttarget oid!, castfunc oid!, castcontext char!, "
               "castmethod char!"),
      Relation(3501, catalog::kPgCatalogSchema, "pg_enum",
               "oid oid!, enumtypid oid!, enumsortorder float4!, enumlabel name!"),
      Relation(3079, catalog::kPgCatalogSchema, "pg_extension",
               "oid oid!, extname name!, extowner oid!, extnamespace oid!, extrelocatable bool!, "
               "extversion text!, extconfig _oid, extcondition _text"),
      Relation(1417, catalog::kPgCatalogSchema, "pg_foreign_server",
               "oid oid!, srvname name!, srvowner oid!, srvfdw oid!, srvtype text, srvversion text, "
               "srvacl _text, srvoptions _text"),
      Relation(3118, catalog::kPgCatalogSchema, "pg_foreign_table",
               "ftrelid oid!, ftserver oid!, ftoptions _text"),
      Relation(2611, catalog::kPgCatalogSchema, "pg_inherits",
               "inhrelid oid!, inhparent oid!, inhseqno int4!, inhdetachpending bool!"),
      Relation(3394, catalog::kPgCatalogSchema, "pg_init_privs",
               "objoid oid!, classoid oid!, objsubid int4!, privtype char!, initprivs _text!"),
      Relation(2612, catalog::kPgCatalogSchema, "pg_language",
               "oid oid!, lanname name!, lanowner oid!, lanispl bool!, lanpltrusted bool!, "
               "lanplcallfoid oid!, laninline oid!, lanvalidator oid!, lanacl _text"),
      Relation(12073, catalog::kPgCatalogSchema, "pg_locks",
               "locktype text, database oid, relation oid, page int4, tuple int2, virtualxid text, "
               "transactionid xid, classid oid, objid oid, objsubid int2, virtualtransaction text, pid int4, "
               "mode text, granted bool, fastpath bool, waitstart timestamptz"),
      Relation(12038, catalog::kPgCatalogSchema, "pg_matviews",
               "schemaname name, matviewname name, matviewowner name, tablespace name, hasindexes bool, "
               "ispopulated bool, definition text"),
      Relation(2616, catalog::kPgCatalogSchema, "pg_opclass",
               "oid oid!, opcmethod oid!, opcname name!, opcnamespace oid!, opcowner oid!, opcfamily oid!, "
               "opcintype oid!, opcdefault bool!, opckeytype oid!"),
      Relation(2617, catalog::kPgCatalogSchema, "pg_operator",
               "oid oid!, oprname name!, oprnamespace oid!, oprowner oid!, oprkind char!, oprcanmerge bool!, "
               "oprcanhash bool!, oprleft oid!, oprright oid!, oprresult oid!, oprcom oid!, oprnegate oid!, "
               "oprcode regproc!, oprrest regproc!, oprjoin regproc!"),
      Relation(3350, catalog::kPgCatalogSchema, "pg_partitioned_table",
               "partrelid oid!, partstrat char!, partnatts int2!, partdefid oid!, partattrs int2vector!, "
               "partclass oidvector!, partcollation oidvector!, partexprs text"),
      Relation(3256, catalog::kPgCatalogSchema, "pg_policy",
               "oid oid!, polname name!, polrelid oid!, polcmd char!, polpermissive bool!, polroles _oid!, "
               "polqual text, polwithcheck text"),
      Relation(6104, catalog::kPgCatalogSchema, "pg_publication",
               "oid oid!, pubname name!, pubowner oid!, puballtables bool!, pubinsert bool!, "
               "pubupdate bool!, pubdelete bool!, pubtruncate bool!, pubviaroot bool!"),
      Relation(6237, catalog::kPgCatalogSchema, "pg_publication_namespace",
               "oid oid!, pnpubid oid!, pnnspid oid!"),
      Relation(6106, catalog::kPgCatalogSchema, "pg_publication_rel",
               "oid oid!, prpubid oid!, prrelid oid!, prqual text, prattrs int2vector"),
      Relation(3541, catalog::kPgCatalogSchema, "pg_range",
               "rngtypid oid!, rngsubtype oid!, rngmultitypid oid!, rngcollation oid!, rngsubopc oid!, "
               "rngcanonical regproc!, rngsubdiff regproc!"),
      Relation(2618, catalog::kPgCatalogSchema, "pg_rewrite",
               "oid oid!, rulename name!, ev_class oid!, ev_type char!, ev_enabled char!, is_instead bool!, "
               "ev_qual text!, ev_action text!"),
      Relation(2620, catalog::kPgCatalogSchema, "pg_trigger",
               "oid oid!, tgrelid oid!, tgparentid oid!, tgname name!, tgfoid oid!, tgtype int2!, "
               "tgenabled char!, tgisinternal bool!, tgconstrrelid oid!, tgconstrindid oid!, "
               "tgconstraint oid!, tgdeferrable bool!, tginitdeferred bool!, tgnargs int2!, "
               "tgattr int2vector!, tgargs bytea!, tgqual text, tgoldtable name, tgnewtable name"),
      Relation(2607, catalog::kPgCatalogSchema, "pg_conversion",
               "oid oid!, conname name!, connamespace oid!, conowner oid!, conforencoding int4!, "
               "contoencoding int4!, conproc regproc!, condefault bool!"),
      Relation(2328, catalog::kPgCatalogSchema, "pg_foreign_data_wrapper",
               "oid oid!, fdwname name!, fdwowner oid!, fdwhandler oid!, fdwvalidator oid!, fdwacl _text, "
               "fdwoptions _text"),
      Relation(1418, catalog::kPgCatalogSchema, "pg_user_mapping",
               "oid oid!, umuser oid!, umserver oid!, umoptions _text"),
      Relation(12327, catalog::kPgCatalogSchema, "pg_user_mappings",
               "umid oid, srvid oid, srvname name, umuser oid, usename name, umoptions _text"),
      Relation(3602, catalog::kPgCatalogSchema, "pg_ts_config",
               "oid oid!, cfgname name!, cfgnamespace oid!, cfgowner oid!, cfgparser oid!"),
      Relation(3600, catalog::kPgCatalogSchema, "pg_ts_dict",
               "oid oid!, dictname name!, dictnamespace oid!, dictowner oid!, dicttemplate oid!, "
               "dictinitoption text"),
      Relation(3601, catalog::kPgCatalogSchema, "pg_ts_parser",
               "oid oid!, prsname name!, prsnamespace oid!, prsstart regproc!, prstoken regproc!, "
               "prsend regproc!, prsheadline regproc!, prslextype regproc!"),
      Relation(3764, catalog::kPgCatalogSchema, "pg_ts_template",
               "oid oid!, tmplname name!, tmplnamespace oid!, tmplinit regproc!, tmpllexize regproc!"),
      Relation(3603, catalog::kPgCatalogSchema, "pg_ts_config_map",
               "mapcfg oid!, maptokentype int4!, mapseqno int4!, mapdict oid!"),
      Relation(3466, catalog::kPgCatalogSchema, "pg_event_trigger",
               "oid oid!, evtname name!, evtevent name!, evtowner oid!, evtfoid oid!, evtenabled char!, "
               "evttags _text"),
      Relation(6100, catalog::kPgCatalogSchema, "pg_subscription",
               "oid oid!, subdbid oid!, subskiplsn text!, subname name!, subowner oid!, subenabled bool!, "
               "subbinary bool!, substream bool!, subtwophasestate char!, subdisableonerr bool!, "
               "subconninfo text!, subslotname name, subsynccommit text!, subpublications _text!"),
      Relation(2753, catalog::kPgCatalogSchema, "pg_opfamily",
               "oid oid!, opfmethod oid!, opfname name!, opfnamespace oid!, opfowner oid!"),
      Relation(2602, catalog::kPgCatalogSchema, "pg_amop",
               "oid oid!, amopfamily oid!, amoplefttype oid!, amoprighttype oid!, amopstrategy int2!, "
               "amoppurpose char!, amopopr oid!, amopmethod oid!, amopsortfamily oid!"),
      Relation(2603, catalog::kPgCatalogSchema, "pg_amproc",
               "oid oid!, amprocfamily oid!, amproclefttype oid!, amprocrighttype oid!, amprocnum int2!, "
               "amproc regproc!"),
      Relation(2600, catalog::kPgCatalogSchema, "pg_aggregate",
               "aggfnoid regproc!, aggkind char!, aggnumdirectargs int2!, aggtransfn regproc!, "
               "aggfinalfn regproc!, aggcombinefn regproc!, aggserialfn regproc!, aggdeserialfn regproc!, "
               "aggmtransfn regproc!, aggminvtransfn regproc!, aggmfinalfn regproc!, aggfinalextra bool!, "
               "aggmfinalextra bool!, aggfinalmodify char!, aggmfinalmodify char!, aggsortop oid!, "
               "aggtranstype oid!, aggtransspace int4!, aggmtranstype oid!, aggmtransspace int4!, "
               "agginitval text, aggminitval text"),
      Relation(6243, catalog::kPgCatalogSchema, "pg_parameter_acl", "oid oid!, parname text!, paracl _text"),
      Relation(3576, catalog::kPgCatalogSchema, "pg_transform",
               "oid oid!, trftype oid!, trflang oid!, trffromsql regproc!, trftosql regproc!"),
      Relation(2995, catalog::kPgCatalogSchema, "pg_largeobject_metadata",
               "oid oid!, lomowner oid!, lomacl _text"),
      Relation(1214, catalog::kPgCatalogSchema, "pg_shdepend",
               "dbid oid!, classid oid!, objid oid!, objsubid int4!, refclassid oid!, refobjid oid!, "
               "deptype char!"),
      Relation(3592, catalog::kPgCatalogSchema, "pg_shseclabel",
               "objoid oid!, classoid oid!, provider text!, label text!"),
      Relation(3596, catalog::kPgCatalogSchema, "pg_seclabel",
               "objoid oid!, classoid oid!, objsubid int4!, provider text!, label text!"),
      Relation(6102, catalog::kPgCatalogSchema, "pg_subscription_rel",
               "srsubid oid!, srrelid oid!, srsubstate char!, srsublsn text"),
  };
  return relations;
}

}  // namespace ordinal::syscat
